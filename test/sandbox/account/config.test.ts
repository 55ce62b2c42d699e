import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from '../../../harness/paths';
import { scratchFolder } from '../../../harness/scratchFolder';
import { DEFAULT_CONFIG, readConfig } from '../../../sandbox/account/config';
import { findConfigProblems } from '../../../sandbox/schemas/schemaChecks';

const read = (text: string) => {
	const file = path.join(scratchFolder(), 'config.json');
	writeFileSync(file, text);
	return readConfig(file);
};

test('the default configuration is valid', () =>
	expect(findConfigProblems(DEFAULT_CONFIG)).toEqual([]));

test('a configuration may leave out any setting', () => {
	expect(read('{"$schema":"config.schema.json","products":["A"]}')).toMatchObject({
		products: ['A'],
	});
	expect(read('{}')).toEqual({});
});

test.each([
	[
		'{"campaigns":{"1":{"name":"A","type":"news","template":{"subject":"","html":""}}}}',
		/campaigns\.1\.type must be one of transactional, welcome/,
	],
	['{"campaigns":{"1":{"name":"A","type":"welcome"}}}', /campaigns\.1 needs a template or a draft/],
	['{"product":["A"]}', /product is not a known name here/],
	['{"finalAfterMs":-1}', /finalAfterMs must be >= 0/],
	['{"clients":[{"id":"a"}]}', /clients\.0\.secret is missing/],
	['{"clients":[{"id":"a","secret":"b","scopes":["all"]}]}', /scopes\.0 must be one of customers:/],
	['{"rateLimits":{"steady":{"limit":0,"seconds":60}}}', /steady\.limit must be >= 1/],
	['[]', /must be an object, but it is a list/],
	['{"products":', /cannot be read: .*JSON/],
])('%s is refused, with the reason', (text, message) => {
	expect(() => read(text)).toThrow(message);
});

test('the file that describes all settings is named', () =>
	expect(() => read('[]')).toThrow(path.join(ROOT, 'sandbox/schemas/config.schema.json')));

test('a file that does not exist is named', () =>
	expect(() => readConfig('nowhere.json')).toThrow(
		/The configuration nowhere\.json cannot be read/,
	));
