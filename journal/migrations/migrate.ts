import { Migrator, type Kysely, type Migration } from 'kysely';
import { JournalUnavailable } from '../unavailable';
import { initial } from './001-initial';
import { proofs } from './002-proofs';
import { identityNames } from './003-identity-names';
import { contactIndex } from './004-contact-index';
import { merges } from './005-merges';
import { seenBuyers } from './006-seen-buyers';
import { triggerMemory } from './007-trigger-memory';
import { names } from './008-names';
import { whatIsShown } from './009-what-is-shown';
import { pairSettings } from './010-pair-settings';

/** In the order of their names; one that has been released is never changed. */
const migrations: Readonly<Record<string, Migration>> = {
	'001-initial': initial,
	'002-proofs': proofs,
	'003-identity-names': identityNames,
	'004-contact-index': contactIndex,
	'005-merges': merges,
	'006-seen-buyers': seenBuyers,
	'007-trigger-memory': triggerMemory,
	'008-names': names,
	'009-what-is-shown': whatIsShown,
	'010-pair-settings': pairSettings,
};

/**
 * Brings the tables up to date. All of it is one write transaction, so a process that starts at the same time waits and then
 * finds nothing left to do.
 * @throws JournalUnavailable when the file was written by a newer version of this package
 */
export async function migrate<Tables>(db: Kysely<Tables>): Promise<void> {
	const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
	const { error } = await migrator.migrateToLatest();
	if (error === undefined) return;
	if (String(error).includes('previously executed migration')) {
		throw new JournalUnavailable(
			'The journal was written by a newer version of this package.',
			'Update n8n-nodes-marketplace-crm to the version that ran here last, or restore the journal file from before the update.',
			error,
		);
	}
	throw error;
}
