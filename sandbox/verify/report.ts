import type { Verification } from './expectation';

export interface ReportEntry extends Verification {
	/** Milliseconds since the epoch. */
	readonly at: number;
	/** How long it was waited for the calls. */
	readonly waitedMs: number;
}

/** The entries that are kept take at most so many bytes as JSON; the oldest are discarded, and still count. */
const MAX_BYTES = 16 * 1024 * 1024;
/** An entry lists at most this many calls. */
const MAX_CALLS = 100;

/** The expectations that were checked, oldest first. */
export class Report {
	/** Each with its size as JSON. */
	private kept: Array<readonly [entry: ReportEntry, size: number]> = [];

	private bytes = 0;

	/** Also those that are no longer kept. */
	expectations = 0;

	failures = 0;

	add(verification: ReportEntry): void {
		const entry = { ...verification, calls: verification.calls.slice(0, MAX_CALLS) };
		const size = JSON.stringify(entry).length;
		this.kept.push([entry, size]);
		this.bytes += size;
		this.expectations++;
		if (!entry.passed) this.failures++;
		while (this.bytes > MAX_BYTES && this.kept.length > 1)
			this.bytes -= this.kept.shift()?.[1] ?? 0;
	}

	clear(): void {
		Object.assign(this, { kept: [], bytes: 0, expectations: 0, failures: 0 });
	}

	toJson() {
		const { expectations, failures } = this;
		const entries = this.kept.map(([entry]) => entry);
		const discarded = expectations - entries.length;
		return { passed: failures === 0, expectations, failures, discarded, entries };
	}

	/** In the format of JUnit, which CI systems show. */
	toJUnit(): string {
		const { failures, discarded, entries } = this.toJson();
		const lost = failures - entries.filter(({ passed }) => !passed).length;
		const all = [...(discarded > 0 ? [discardedEntry(discarded, lost)] : []), ...entries];
		const counts = `tests="${all.length}" failures="${all.filter(({ passed }) => !passed).length}"`;
		return [
			'<?xml version="1.0" encoding="UTF-8"?>',
			`<testsuites name="bluecore-sandbox" ${counts}>`,
			`\t<testsuite name="Expectations" ${counts}>`,
			...all.map(testCase),
			'\t</testsuite>',
			'</testsuites>',
			'',
		].join('\n');
	}
}

/** Stands for the expectations that are no longer kept. */
const discardedEntry = (count: number, failures: number): ReportEntry => ({
	name: `${count} expectations that are no longer kept`,
	passed: failures === 0,
	message: `${failures} of them were not met.`,
	calls: [],
	at: 0,
	waitedMs: 0,
});

function testCase({ name, passed, message, waitedMs, nearest }: ReportEntry): string {
	const attributes = `classname="bluecore-sandbox" name="${escape(name)}" time="${(waitedMs / 1000).toFixed(3)}"`;
	if (passed) return `\t\t<testcase ${attributes}/>`;
	const details = nearest ? escape(JSON.stringify(nearest, null, '\t')) : '';
	return `\t\t<testcase ${attributes}>\n\t\t\t<failure message="${escape(message)}">${details}</failure>\n\t\t</testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	'\n': '&#10;',
	'\t': '&#9;',
};

/** Text for XML; characters that XML cannot have become U+FFFD. */
const escape = (text: string) =>
	text
		.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')
		.replace(/[&<>"\n\t]/g, (character) => ENTITIES[character] ?? character);
