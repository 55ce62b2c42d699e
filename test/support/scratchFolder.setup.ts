import { scratchFolder } from '../../harness/scratchFolder';

/** One folder for all temporary files of the tests: Jest does not tell a test when its process ends. */
export default function setup(): void {
	process.env.TMPDIR = scratchFolder();
}
