import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { InstalledN8n } from './install';
import { HOME, LOGS } from './paths';
import { ManagedProcess } from './processes';

export interface N8nPorts {
	web: number;
	/** n8n's own task broker. */
	broker: number;
}

const READY_WITHIN_MS = 180_000;
const LOG = join(LOGS, 'n8n.log');

/**
 * A real n8n in a user folder of its own under `.demo/home`. HOME points there too and no variable of the caller's n8n
 * gets through, so nothing of the user's own n8n is read or written.
 */
export class N8n {
	readonly address: string;
	readonly logFile = LOG;
	private process: ManagedProcess | undefined;
	private readonly encryptionKey = randomBytes(24).toString('base64');
	private peakBytes = 0;

	constructor(
		private readonly installed: InstalledN8n,
		private readonly ports: N8nPorts,
		/** More variables for it, or other values. */
		private readonly more: Readonly<Record<string, string>> = {},
	) {
		this.address = `http://127.0.0.1:${ports.web}`;
	}

	/** Empties the user folder and puts the pack where n8n keeps community nodes. `nodesFolder` comes from `installPack`. */
	prepareHome(nodesFolder: string): void {
		rmSync(HOME, { recursive: true, force: true });
		rmSync(LOG, { force: true });
		mkdirSync(join(HOME, '.n8n'), { recursive: true });
		cpSync(nodesFolder, join(HOME, '.n8n', 'nodes'), { recursive: true });
		const config = join(HOME, '.n8n', 'config');
		writeFileSync(config, JSON.stringify({ encryptionKey: this.encryptionKey }), { mode: 0o600 });
	}

	/** Starts it and waits until it serves. Throws with the end of its log when it ends or is not ready in time. */
	async start(): Promise<void> {
		this.process = await ManagedProcess.start({
			name: 'n8n',
			command: process.execPath,
			args: [this.installed.program, 'start'],
			env: this.environment(),
			cwd: HOME,
			logFile: LOG,
		});
		await this.waitReady(this.process);
	}

	/** The plug is pulled: no time to write anything down. */
	async kill(): Promise<void> {
		this.noteMemory();
		await this.process?.kill('SIGKILL');
	}

	async stop(): Promise<void> {
		this.noteMemory();
		await this.process?.stop();
	}

	get running(): boolean {
		return this.process?.running ?? false;
	}

	/** Resident memory of the n8n process in bytes: now, and the highest of all its lives. Undefined where /proc is missing. */
	memory(): { now: number; peak: number } | undefined {
		const now = this.noteMemory();
		return now === undefined ? undefined : { now, peak: this.peakBytes };
	}

	/** The whole log so far. */
	log(): string {
		return readFileSync(LOG, 'utf8');
	}

	private noteMemory(): number | undefined {
		const memory = this.process?.memory();
		this.peakBytes = Math.max(this.peakBytes, memory?.peak ?? 0);
		return memory?.now;
	}

	private async waitReady(started: ManagedProcess): Promise<void> {
		const deadline = Date.now() + READY_WITHIN_MS;
		while (Date.now() < deadline) {
			if (!started.running) throw new Error(`n8n ended while starting. Its last words:\n${started.lastWords()}\nLog: ${LOG}`);
			if (await answers(`${this.address}/healthz/readiness`)) return;
			await new Promise((resolve) => setTimeout(resolve, 250));
		}
		throw new Error(`n8n was not ready within ${READY_WITHIN_MS / 1000} s. Its last words:\n${started.lastWords()}\nLog: ${LOG}`);
	}

	private environment(): Record<string, string> {
		return {
			...inherited(),
			HOME,
			N8N_USER_FOLDER: HOME,
			N8N_HOST: '127.0.0.1',
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_PORT: String(this.ports.web),
			N8N_RUNNERS_BROKER_PORT: String(this.ports.broker),
			N8N_EDITOR_BASE_URL: this.address,
			WEBHOOK_URL: this.address,
			N8N_SECURE_COOKIE: 'false',
			GENERIC_TIMEZONE: 'Asia/Almaty',
			TZ: 'Asia/Almaty',
			// Nothing leaves this machine.
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			N8N_DYNAMIC_BANNERS_ENABLED: 'false',
			N8N_TEMPLATES_ENABLED: 'false',
			N8N_DISABLED_MODULES: 'mcp-registry,instance-ai,instance-version-history',
			N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
			N8N_REINSTALL_MISSING_PACKAGES: 'false',
			// No questions to the newcomer.
			N8N_PERSONALIZATION_ENABLED: 'false',
			N8N_HIRING_BANNER_ENABLED: 'false',
			// Kept whole: after a SIGKILL nothing but the database tells what had run.
			EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
			EXECUTIONS_DATA_SAVE_ON_ERROR: 'all',
			// Webhooks of triggers without expressions then cost no isolate (docs/operations.md, "Many webhooks a second").
			N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true',
			N8N_LOG_LEVEL: 'info',
			NO_COLOR: '1',
			...this.more,
		};
	}
}

/** What a program needs to run at all; everything else stays outside. */
function inherited(): Record<string, string> {
	const names = ['PATH', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT', 'SystemRoot', 'COMSPEC', 'PATHEXT'];
	return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']])));
}

async function answers(url: string): Promise<boolean> {
	try {
		return (await fetch(url, { signal: AbortSignal.timeout(2000) })).ok;
	} catch {
		// Not listening yet.
		return false;
	}
}
