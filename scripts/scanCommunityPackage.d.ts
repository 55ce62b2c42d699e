/** The part of n8n's scan of community packages that needs no published package. */
declare module '@n8n/scan-community-package/scanner/scanner.mjs' {
	/** What of a package's sources is linted. */
	export const SOURCE_FILE_PATTERNS: readonly string[];
	/** Lints the files of a folder by the rules that n8n verifies packages with; comments switch none off. */
	export function analyzePackage(
		folder: string,
		filePatterns?: string[],
	): Promise<{ passed: boolean; message?: string; details?: string }>;
}
