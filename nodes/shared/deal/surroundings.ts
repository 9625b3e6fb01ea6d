import { sleep } from 'n8n-workflow';
import { openJournal, processOwner } from '../../../journal/open';
import type { Surroundings } from './createOrUpdate';

/** Executions of this n8n and of others on this machine agree through the journal. @throws JournalUnavailable */
export async function surroundings(now: () => number): Promise<Surroundings> {
	const { claims } = await openJournal();
	return { claims, owner: processOwner(), now, pause: sleep, random: Math.random };
}
