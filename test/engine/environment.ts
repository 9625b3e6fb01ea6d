import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Imported before n8n-core, which reads the environment when it is loaded and writes into its user folder. */
process.env.N8N_USER_FOLDER ??= mkdtempSync(join(tmpdir(), 'n8n-engine-'));
process.env.N8N_LOG_LEVEL ??= 'silent';
process.env.GENERIC_TIMEZONE ??= 'UTC';
process.env.N8N_RUNNERS_ENABLED ??= 'false';
