import type { Verification } from './expectation';

export interface ReportEntry extends Verification {
	/** Milliseconds since the epoch. */
	readonly at: number;
	/** How long it was waited for the calls. */
	readonly waitedMs: number;
}

/** At most this many expectations are kept; the oldest are discarded. */
const MAX_ENTRIES = 10_000;

/** The expectations that were checked, oldest first. */
export class Report {
	private entries: ReportEntry[] = [];

	add(entry: ReportEntry): void {
		this.entries.push(entry);
		if (this.entries.length > MAX_ENTRIES) this.entries.shift();
	}

	clear(): void {
		this.entries = [];
	}

	toJson() {
		const failed = this.entries.filter(({ passed }) => !passed).length;
		return {
			passed: failed === 0,
			expectations: this.entries.length,
			failures: failed,
			entries: this.entries,
		};
	}

	/** In the format of JUnit, which CI systems show. */
	toJUnit(): string {
		const { expectations, failures, entries } = this.toJson();
		const counts = `tests="${expectations}" failures="${failures}"`;
		return [
			'<?xml version="1.0" encoding="UTF-8"?>',
			`<testsuites name="bluecore-sandbox" ${counts}>`,
			`\t<testsuite name="Expectations" ${counts}>`,
			...entries.map(testCase),
			'\t</testsuite>',
			'</testsuites>',
			'',
		].join('\n');
	}
}

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
