/** One of several processes that find or create the same people at the same moment; says which contacts it got, as JSON on stdout. */
import axios from 'axios';
import { findOrCreatePatiently } from '../../contacts/findOrCreateWaiting';
import { openJournal, processOwner } from '../../journal/open';
import { AmoCrmAdapter } from '../../nodes/AmoCrm/adapter';
import { AmoCrmClient } from '../../nodes/AmoCrm/api/client';
import { amoCrmService } from '../../nodes/AmoCrm/api/connection';
import { ServiceClient } from '../../transport/service';
import { freePace } from '../amocrm/bench';

const [, , file, baseUrl = '', token, phones = ''] = process.argv;
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

async function main(): Promise<void> {
	const http = axios.create({ headers: { Authorization: `Bearer ${token}` } });
	const service = new ServiceClient({ ...amoCrmService, baseUrl, http, pace: freePace(), timeoutMs: 5_000 });
	const crm = new AmoCrmAdapter(new AmoCrmClient(service, new URL(baseUrl).host));
	const journal = await openJournal({ file });
	say('ready');
	await new Promise<void>((resolve) => process.stdin.once('data', () => resolve()));
	const findings = await findOrCreatePatiently(
		{
			crm,
			identities: journal.identities,
			owner: processOwner(),
			region: 'KZ',
			severalContacts: 'oldest',
			nameConflict: 'create',
			now: Date.now,
		},
		phones.split(',').map((phone) => ({ name: '', phones: [phone], emails: [], fallbackName: `Buyer ${phone}` })),
		{ giveUpAfterMs: 60_000, pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)), random: Math.random },
	);
	say(findings.map((finding) => (finding.kind === 'contact' ? finding.id : finding)));
	await journal.close();
	process.stdin.destroy();
}

void main();
