// For the tests that need a browser: installs Debian's Chromium, unless there is one.
import { spawnSync } from 'node:child_process';

const isThere = (command) => spawnSync('which', [command], { stdio: 'ignore' }).status === 0;

if (!['chromium', 'chromium-browser', 'google-chrome'].some(isThere)) {
	if (!isThere('apt-get')) {
		console.error('These tests need Chromium: install it so that `chromium` is on the PATH.');
		process.exit(1);
	}
	console.log('Installing Chromium from Debian …');
	const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
	for (const step of [
		['apt-get', 'update', '-qq'],
		['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
	]) {
		const [command, ...rest] = [...sudo, ...step];
		const { status } = spawnSync(command, rest, {
			stdio: ['ignore', 'ignore', 'inherit'],
			env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
		});
		if (status !== 0) process.exit(status ?? 1);
	}
}
