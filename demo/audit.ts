import type { TrueContact } from './facts';
import { factsOf, type Pair } from './pairs';
import type { Provisioned } from './provision';
import type { N8nApi } from './n8nApi';
import type { Sandbox } from './sandbox';

/** One person whom two managers have typed in, each in their own way. */
const TWICE = [
	{ name: 'Гаухар Сеитова', phones: ['+7 (705) 318-42-07'] },
	{ name: 'Гаухар Сеитова', phones: ['8 705 3184207'] },
];
const MERGED_WITHIN_MS = 60_000;
const FORM_FIELDS = { codes: 'field-0', approvedBy: 'field-1' } as const;

/**
 * Does what the audit template is for, as people do it: its weekly trigger sends the report, the manager takes the code of the one
 * group that was typed in twice, and approves it in the form. Resolves with what is wrong, by the sandbox's own state.
 */
export async function auditContacts(pair: Pair, sandbox: Sandbox, api: N8nApi, { audit, approver }: Provisioned): Promise<string[]> {
	await pair.crm.addContacts(sandbox, TWICE);
	const twice = async (): Promise<TrueContact[]> => factsOf(pair, await sandbox.state()).contacts.filter(({ name }) => name === TWICE[0]?.name);
	const ids = (await twice()).map(({ id }) => id);
	await api.run(audit.workflowId, audit.trigger);
	const report = await lastReport(sandbox);
	if (report === undefined) return ['the audit of contacts sent no report'];
	const code = [ids.join('+'), ids.toReversed().join('+')].find((each) => report.includes(each));
	if (code === undefined) return ['the report of the audit does not name the contact that is there twice'];

	await submit(audit.formAddress, approver, { [FORM_FIELDS.codes]: code, [FORM_FIELDS.approvedBy]: 'Demo Owner' });
	for (const deadline = Date.now() + MERGED_WITHIN_MS; Date.now() < deadline; await new Promise((resolve) => setTimeout(resolve, 500))) {
		const left = (await twice()).filter((contact) => !contact.isDeleted && !contact.isMergedAway);
		if (left.length === 1) return left[0]?.id === Number(code.split('+')[0]) ? [] : [`the audit kept another contact than the first of "${code}"`];
		if (left.length === 0) return ['the audit left none of the contacts that it merged'];
	}
	return ['the contact that is there twice was not merged although a person had approved it'];
}

async function lastReport(sandbox: Sandbox): Promise<string | undefined> {
	const { messages } = (await sandbox.state()).messenger;
	const last = messages.findLast(({ document }) => document !== undefined);
	return last === undefined ? undefined : await sandbox.text(`/messenger/documents/${last.id}`);
}

/** What a browser sends when a person presses the button. */
async function submit(address: string, { user, password }: Provisioned['approver'], fields: Readonly<Record<string, string>>): Promise<void> {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.append(name, value);
	const headers = { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
	const answer = await fetch(address, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
	if (!answer.ok) throw new Error(`The form of the audit answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
}
