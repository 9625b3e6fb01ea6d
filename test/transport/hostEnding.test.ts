import { spawn } from 'node:child_process';
import { join } from 'node:path';

const module_ = JSON.stringify(join(__dirname, '..', '..', 'transport', 'hostEnding.ts'));

/** Runs a process that is sent the signal when it says `ready`; what it has said, and what ended it. */
async function run(signal: NodeJS.Signals, body: string): Promise<{ said: string; end: string }> {
	const script = `const { isHostEnding } = require(${module_}); ${body}; console.log('ready', isHostEnding()); setInterval(() => undefined, 1000);`;
	const child = spawn(process.execPath, ['--no-warnings', '--require', 'tsx/cjs', '-e', script], { cwd: join(__dirname, '..', '..') });
	let said = '';
	let isSent = false;
	child.stdout.setEncoding('utf8').on('data', (text: string) => {
		said += text;
		if (!isSent && said.includes('ready')) isSent = child.kill(signal);
	});
	return await new Promise((resolve) => child.once('exit', (code, ended) => resolve({ said, end: ended ?? `code ${code}` })));
}

describe.each(['SIGTERM', 'SIGINT'] as const)('a process that is sent %s', (signal) => {
	it('knows it, and ends as its host wants to, also when the host listens once', async () => {
		const host = `process.once('${signal}', () => setTimeout(() => { console.log('then', isHostEnding()); process.exit(7); }, 50))`;
		expect(await run(signal, host)).toEqual({ said: 'ready false\nthen true\n', end: 'code 7' });
	}, 30_000);

	it('ends at once when nobody else listens, as without this', async () => {
		expect(await run(signal, '')).toEqual({ said: 'ready false\n', end: signal });
	}, 30_000);
});
