import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../journal/open';

let folder: string | undefined;

/** The nodes of the tests that follow find an empty journal, as if the file had been deleted while n8n was down. */
export async function freshJournal(): Promise<void> {
	await closeJournal();
	folder = mkdtempSync(join(tmpdir(), 'n8n-journal-'));
	process.env.N8N_USER_FOLDER = folder;
}

/** Lets go of the journal of the last `freshJournal()`. */
export async function closeJournal(): Promise<void> {
	if (folder === undefined) return;
	await (await openJournal()).close();
	rmSync(folder, { recursive: true, force: true });
	folder = undefined;
}
