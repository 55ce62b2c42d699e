import type { IDataObject } from 'n8n-workflow';

import { EVENTS_OPTIONS } from '../../nodes/BluecoreEvents/BluecoreEvents.node';
import type { Account } from '../../nodes/shared/account/account';
import type { Item } from '../../nodes/shared/input/item';
import type { ItemOptions } from '../../nodes/shared/options/nodeOptions';
import type { Field } from '../../nodes/shared/values/field';
import { Report } from '../../nodes/shared/values/report';

export const ACCOUNT: Account = {
	namespace: 'bluestore',
	apiKey: 'secret',
	baseUrl: 'https://api.bluecore.app',
	urlLabel: 'Events URL',
	credential: {},
};

/** A field called Field that was given a value. */
export const fieldOf = (value: unknown, report = new Report()): Field => ({
	value,
	label: 'Field',
	report,
});

/** An input item whose parameters have these values, as they would be after n8n has evaluated them. */
export function itemOf(
	parameters: Readonly<Record<string, unknown>>,
	report: Report,
	{ json = {}, options = {} }: { json?: IDataObject; options?: Partial<ItemOptions> } = {},
): Item {
	const valueOf = (name: string) => (Object.hasOwn(parameters, name) ? parameters[name] : '');
	return {
		index: 0,
		json,
		account: ACCOUNT,
		report,
		options: { ...EVENTS_OPTIONS.readItem(fieldOf(valueOf('options'), report)), ...options },
		field: ({ name, displayName: label }) => ({ value: valueOf(name), label, report }),
		fieldsOf: () => [],
	};
}

/** Runs a check and gives what it returned and what it reported. */
export function check<T>(run: (report: Report) => T) {
	const report = new Report();
	const value = run(report);
	return {
		value,
		problems: report.problems.map(({ message }) => message),
		fixes: report.problems.map(({ fix }) => fix),
		warnings: report.warnings,
	};
}
