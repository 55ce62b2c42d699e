import type { IDataObject } from 'n8n-workflow';

import type { ItemSource } from '../../nodes/shared/input/item';
import { Report } from '../../nodes/shared/values/report';

/** An input item whose parameters have these values, as they would be after n8n has evaluated them. */
export const source = (
	parameters: Readonly<Record<string, unknown>>,
	json: IDataObject = {},
): ItemSource => ({
	json,
	read: ({ name }) => (Object.hasOwn(parameters, name) ? parameters[name] : ''),
});

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
