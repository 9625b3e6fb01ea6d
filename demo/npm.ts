import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';

/**
 * Runs npm to its end; what it prints goes to the log file. It inherits the environment, so that the user's registry,
 * proxy and cache settings hold. Throws a sentence with its last words when it does not succeed.
 */
export async function npm(args: readonly string[], { cwd, logFile }: { cwd: string; logFile: string }): Promise<void> {
	mkdirSync(dirname(logFile), { recursive: true });
	const log = createWriteStream(logFile);
	// Inside `npm run` the outer npm's own settings come along as npm_* variables and would steer the inner one.
	const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(command|lifecycle|package|execpath|node)/i.test(name)));
	const child = spawn('npm', [...args, '--no-audit', '--no-fund', '--prefer-offline'], {
		cwd,
		env,
		stdio: ['ignore', 'pipe', 'pipe'],
		shell: process.platform === 'win32',
	});
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	const stop = () => child.kill('SIGTERM');
	process.once('exit', stop);
	const code = await new Promise<number | string | null>((resolve, reject) => {
		child.once('error', reject);
		child.once('close', (exitCode, signal) => resolve(exitCode ?? signal));
	});
	process.off('exit', stop);
	log.end();
	await finished(log);
	if (code === 0) return;
	const lastWords = readFileSync(logFile, 'utf8')
		.split('\n')
		.filter((line) => /^npm (error|ERR!)|: error |^error/i.test(line))
		.slice(0, 12)
		.join('\n');
	throw new Error(`npm ${args.join(' ')} did not succeed in ${cwd} (${code}).\n${lastWords}\nEverything it printed: ${logFile}`);
}
