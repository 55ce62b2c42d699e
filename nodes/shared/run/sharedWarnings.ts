import { toRanges } from '../messages/progress';
import type { ItemRequest, PlannedState } from './itemRequest';
import type { AttributeWarning, Report } from '../values/report';
import { joinList } from '../values/text';

/** The same warning in several items. */
interface Shared {
	readonly before: string;
	readonly after: string;
	/** The items of each attribute, and how it looks in the first one. */
	readonly attributes: Map<string, { readonly shown: string; readonly items: number[] }>;
	readonly places: Array<{ readonly report: Report; readonly warning: AttributeWarning }>;
}

/** Says a warning about attributes that several items have only once, at the first of them, with the items of each attribute. */
export function shareAttributeWarnings(planned: ReadonlyArray<ItemRequest<PlannedState>>): void {
	for (const { before, after, attributes, places } of sharedIn(planned).values()) {
		if (places.length === 1) continue;
		for (const { report, warning } of places) report.withdraw(warning);
		const listed = [...attributes.values()].map(
			({ shown, items }) =>
				`${shown} [${items.length > 1 ? 'items' : 'item'} ${joinList(toRanges(items))}]`,
		);
		const text = `${before}${joinList(listed)}${after}`;
		const [first, ...others] = places;
		first.report.warn(text);
		for (const { report } of others) report.saidElsewhere.push(text);
	}
}

function sharedIn(planned: ReadonlyArray<ItemRequest<PlannedState>>): Map<string, Shared> {
	const all = new Map<string, Shared>();
	const seen = new Set<Report>();
	for (const { report, state, itemIndex } of planned) {
		if (
			(state.kind !== 'ready' && state.kind !== 'converted') ||
			report.problems.length > 0 ||
			seen.has(report)
		)
			continue;
		seen.add(report);
		for (const warning of report.aboutAttributes) {
			const { before, after } = warning;
			const key = JSON.stringify([before, after]);
			const shared: Shared = all.get(key) ?? { before, after, attributes: new Map(), places: [] };
			all.set(key, shared);
			shared.places.push({ report, warning });
			for (const { name, shown } of warning.attributes) {
				const known = shared.attributes.get(name) ?? { shown, items: [] };
				shared.attributes.set(name, known);
				if (known.items.at(-1) !== itemIndex) known.items.push(itemIndex);
			}
		}
	}
	return all;
}
