import type { CardBefore } from '../../../contacts/mergedCards';
import type { ContactMerger, MergeCard, MergeCards, MergeOrder } from '../../../contacts/merge';
import { emailsIn } from '../../../core/contact/email';
import { phonesIn } from '../../../core/contact/phone';
import { ok, rejected, type Outcome } from '../../../core/ports';
import { outcomeOf } from '../../../transport/outcome';
import type { AmoCrmAdapter } from '../adapter';
import { idsPerRead, type AmoCrmClient } from './client';
import { contactOf, hasEmail, hasPhone } from '../model/contact';
import type { LinkPayload } from './payloads';
import type { ContactCard, Lead } from './schema';

/** The region only matters for numbers without a country code: Kazakhstan and Russia share +7. */
const region = 'KZ';

export const contactUrl = (account: string): string => `https://${account}/contacts/detail/{id}`;

export interface MergeOptions {
	/** What the contacts that are not kept are tagged with. */
	tag: string;
}

/**
 * amoCRM cannot merge by API: the deals of the others are linked to the contact that is kept and taken from them, it gets the phones and
 * e-mails that it lacks, the others are tagged and get a note. Nothing is deleted: a person may merge or delete them later.
 */
export class AmoCrmMerger implements ContactMerger {
	readonly name = 'amoCRM';
	readonly account: string;

	constructor(
		private readonly client: AmoCrmClient,
		private readonly crm: AmoCrmAdapter,
		private readonly options: MergeOptions,
	) {
		this.account = client.account;
	}

	async read(ids: readonly string[]): Promise<Outcome<MergeCard | undefined>[]> {
		const cards = await this.client.contactsById(ids.map(Number));
		return ids.map((id) => {
			const card = cards.get(Number(id));
			return ok(card === undefined || card.is_deleted ? undefined : mergeCard(card));
		});
	}

	async merge(cards: MergeCards, order: MergeOrder): Promise<Outcome<void>> {
		const done = await outcomeOf(() => this.carryOut(cards, order));
		return done.outcome === 'ok' ? done.value : notYet(done);
	}

	/** The tag comes last: a card with it has everything else behind it. */
	private async carryOut({ keep, others }: MergeCards, order: MergeOrder): Promise<Outcome<void>> {
		await this.moveDeals(keep, others);
		const saved = await this.addKeys(keep, order.before);
		if (saved.outcome !== 'ok') return notYet(saved);
		const noted = await this.addNotes(keep, others, order);
		if (noted.outcome !== 'ok') return noted;
		const tagged = await this.client.updateContacts(others.map(({ id }) => ({ id: Number(id), tags_to_add: [{ name: this.options.tag }] })));
		const untagged = tagged.find((outcome) => outcome.outcome !== 'ok');
		return untagged === undefined ? ok(undefined) : notYet(untagged);
	}

	isMerged(keep: MergeCard, others: readonly (MergeCard | undefined)[], before: readonly CardBefore[]): boolean {
		const rest = others.filter((card) => card !== undefined);
		return (
			before.every(({ phones, emails }) => this.missing(keep, { phones, emails }).length === 0) &&
			before.flatMap(({ dealIds }) => dealIds).every((id) => keep.dealIds.includes(id)) &&
			rest.every((card) => card.dealIds.length === 0 && tagsOf(card).includes(this.options.tag))
		);
	}

	private missing(keep: MergeCard, { phones, emails }: Pick<MergeCard, 'phones' | 'emails'>): string[] {
		return [
			...phones.flatMap((text) => phonesIn(text, region)).filter((phone) => !hasPhone(keep, phone)),
			...emails.flatMap(emailsIn).filter((email) => !hasEmail(keep, email)),
		];
	}

	/** Linked first and taken away afterwards: at no moment is a deal without its buyer. Both may be repeated. */
	private async moveDeals(keep: MergeCard, others: readonly MergeCard[]): Promise<void> {
		const leads = await this.leads([...new Set(others.flatMap(({ dealIds }) => dealIds))]);
		const links = leads.flatMap((lead) => linksOf(lead, keep, others));
		const away = leads.flatMap((lead) => others.filter((other) => contactsOf(lead).some(({ id }) => id === Number(other.id))).map((other): LinkPayload => link(lead, other.id)));
		await this.client.linkLeads('link', links);
		await this.client.linkLeads('unlink', away);
	}

	private async leads(ids: readonly string[]): Promise<Lead[]> {
		const found: Lead[] = [];
		for (let from = 0; from < ids.length; from += idsPerRead) {
			found.push(...(await this.client.leadsById(ids.slice(from, from + idsPerRead).map(Number))).values());
		}
		return found.filter(({ is_deleted }) => !is_deleted);
	}

	private async addKeys(keep: MergeCard, before: readonly CardBefore[]): Promise<Outcome<string>> {
		const [saved = rejected('was not sent', false)] = await this.crm.saveContacts([
			{
				id: keep.id,
				name: before.find(({ name }) => name.trim() !== '')?.name ?? '',
				phones: [...new Set(before.flatMap(({ phones }) => phones.flatMap((text) => phonesIn(text, region))))],
				emails: [...new Set(before.flatMap(({ emails }) => emails.flatMap(emailsIn)))],
				buyerKey: before.find(({ buyerKey }) => buyerKey !== undefined)?.buyerKey,
			},
		]);
		return saved;
	}

	/** A note cannot be written absolutely: after a broken-off run those that are there already are looked for. */
	private async addNotes(keep: MergeCard, others: readonly MergeCard[], { isResumed, approvedBy }: MergeOrder): Promise<Outcome<void>> {
		const opening = `Дубль контакта № ${keep.id}`;
		const silent: MergeCard[] = [];
		for (const other of others) if (!isResumed || !(await this.hasNote(other, opening))) silent.push(other);
		const text = `${opening} (${contactUrl(this.account).replace('{id}', keep.id)}): сделки перенесены туда, телефоны и почта добавлены. Карточка осталась, её можно удалить.${approvedBy === undefined ? '' : ` Одобрил: ${approvedBy}.`}`;
		const written = await this.client.addNotes('contacts', silent.map(({ id }) => ({ entity_id: Number(id), note_type: 'common', params: { text } })));
		const failed = written.find((outcome) => outcome.outcome !== 'ok');
		return failed === undefined ? ok(undefined) : notYet(failed);
	}

	private async hasNote({ id }: MergeCard, opening: string): Promise<boolean> {
		for await (const page of this.client.notes('contacts', Number(id), [])) {
			if (page.some(({ params }) => typeof params.text === 'string' && params.text.startsWith(`${opening} `))) return true;
		}
		return false;
	}
}

const mergeCard = (card: ContactCard): MergeCard => ({
	...contactOf(card),
	dealIds: (card._embedded?.leads ?? []).map(({ id }) => String(id)),
	fields: { ...card },
});

const tagsOf = ({ fields }: MergeCard): string[] => {
	const embedded = fields._embedded;
	const tags: unknown = typeof embedded === 'object' && embedded !== null && 'tags' in embedded ? embedded.tags : undefined;
	return Array.isArray(tags) ? tags.flatMap((tag: unknown) => (typeof tag === 'object' && tag !== null && 'name' in tag && typeof tag.name === 'string' ? [tag.name] : [])) : [];
};

const contactsOf = (lead: Lead) => lead._embedded?.contacts ?? [];

const link = ({ id }: Lead, contactId: string, isMain?: boolean): LinkPayload => ({
	entity_id: id,
	to_entity_id: Number(contactId),
	to_entity_type: 'contacts',
	...(isMain === undefined ? {} : { metadata: { is_main: isMain } }),
});

/** The contact that is kept takes the place of the main one where a duplicate had it. */
function linksOf(lead: Lead, keep: MergeCard, others: readonly MergeCard[]): LinkPayload[] {
	const main = contactsOf(lead).find((contact) => contact.is_main === true);
	const isMain = main !== undefined && others.some(({ id }) => Number(id) === main.id);
	const isLinked = contactsOf(lead).some(({ id }) => id === Number(keep.id));
	return isLinked && !isMain ? [] : [link(lead, keep.id, isMain || undefined)];
}

/** Some steps are done, the rest is not: the group stays begun and the next run finishes it. */
function notYet(outcome: Outcome<unknown>): Outcome<void> {
	if (outcome.outcome === 'ok') return ok(undefined);
	return outcome.outcome === 'unknown' ? outcome : rejected(`${outcome.reason}; run this group again, it will be finished`, false, outcome.retryAt);
}
