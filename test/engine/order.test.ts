import type { IDataObject } from 'n8n-workflow';

import { useNodes } from '../support/nodes';

const { sandbox, run } = useNodes();
const SLOW = { retryBaseSeconds: 0.05, retryMaxSeconds: 0.1 };

test('the events of one customer keep their order after a retry, also if a later item says who is who', async () => {
	const [email, id] = ['jane@example.com', 'K7'];
	const rows = [{ id }, { email: 'JANE@example.com' }, { email, id }];
	const items = rows.map((row, n) => ({ id: '', email: '', ...row, n }));
	const custom = {
		...{ operation: 'custom', eventName: 'consent', email: '={{ $json.email }}' },
		...{ distinctId: '={{ $json.id }}' },
		additionalFields: { properties: '={{ { n: $json.n } }}' },
	};
	sandbox.faults.add({ status: 503, count: 1 });
	const { error } = await run('bluecoreEvents', { options: SLOW, ...custom }, { items });
	expect(error).toBeUndefined();
	expect(sandbox.state.events.map(({ properties }) => properties.n)).toEqual([0, 1, 2]);
});

const [change, city] = ['"UNSUBSCRIBE" : "OPTIN"', '"Oslo" : "Rome"'].map(
	(values) => `={{ $itemIndex ? ${values} }}`,
);
test.each<[string, string, IDataObject, string]>([
	['subscription', 'update', { change }, 'UNSUBSCRIBE'],
	['customer', 'upsert', { customerAttributes: { city } }, 'Oslo'],
])('a %s %s waits for that of the same customer', async (resource, operation, given, later) => {
	let count = 0;
	sandbox.interceptor = ({ api }) =>
		api !== 'token' && count++ === 0 ? { status: 503 } : undefined;
	const identifiers = { email: '={{ $json.email }}', phone: '+15556667777' };
	const { error } = await run(
		'bluecore',
		{ resource, operation, ...given, ...identifiers, options: { retryBaseSeconds: 0.05 } },
		{ items: [{ email: 'jane@example.com' }, { email: '' }] },
	);
	expect(error).toBeUndefined();
	const accepted = sandbox.state.calls.filter(
		({ api, status }) => api !== 'token' && status === 200,
	);
	const areLater = accepted.map(({ body }) => JSON.stringify(body).includes(later));
	expect(areLater.indexOf(true)).toBe(accepted.length - 1);
});

test('Identify links an ID to one address of a run, and says so if it is only validated', async () => {
	const identify = async (options: IDataObject) =>
		await run(
			'bluecoreEvents',
			{ operation: 'identify', email: '={{ $json.email }}', distinctId: 'device-1', options },
			{ items: ['a@example.com', 'A@Example.com', 'b@example.com'].map((email) => ({ email })) },
		);
	const { json } = await identify({});
	expect(json.map(({ accepted }) => accepted)).toEqual([true, true, false]);
	expect(json[2].reason).toContain('this run has linked the ID "device-1" to "a@example.com"');
	expect(sandbox.state.events).toHaveLength(2);
	const validated = await identify({ validateOnly: true });
	expect(validated.json.map(({ valid = false }) => valid)).toEqual([true, true, false]);
	expect(validated.json[2]).toEqual(json[2]);
});
