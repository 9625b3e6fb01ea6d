// Runs a development tool and installs the project's dependencies first when they are missing or out of date,
// so that every command of the README works in a fresh clone. Plain JavaScript: it must run before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const installed = join(root, 'node_modules', '.package-lock.json');
const locked = join(root, 'package-lock.json');
// The `node` package brings Node 24; the machine's own Node may be older.
const nodeFolder = join(root, 'node_modules', 'node', 'bin');

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(locked).mtimeMs) {
	console.error('Installing dependencies (once, one or two minutes)…');
	npm('ci', '--ignore-scripts', '--no-audit', '--no-fund');
}
if (!existsSync(join(nodeFolder, process.platform === 'win32' ? 'node.exe' : 'node'))) {
	console.error('Fetching Node 24 from the npm registry…');
	// Its binary comes as a package of its own that an install script picks; no other script is run.
	npm('rebuild', 'node', '--ignore-scripts=false');
}

function npm(...args) {
	// npm's own output goes to stderr: stdout belongs to the command.
	const { status } = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
	if (status === 0) return;
	console.error('The dependencies could not be installed. Check the network and the npm registry, then run the command again.');
	process.exit(status ?? 1);
}

const path = [nodeFolder, join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
const [tool, ...args] = process.argv.slice(2);
const child = spawn(tool, args, {
	cwd: root,
	stdio: 'inherit',
	env: { ...process.env, PATH: path },
	shell: process.platform === 'win32',
});

// Ctrl-C reaches the whole process group: wait for the tool to clean up. A SIGTERM reaches only us: pass it on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
	console.error(`${tool} could not be started: ${error.message}`);
	process.exit(1);
});
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)));
