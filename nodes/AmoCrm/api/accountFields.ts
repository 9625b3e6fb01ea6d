import type { AmoCrmClient, Entity } from './client';
import {
	contactFields,
	dealFieldNames,
	dealFields,
	findField,
	type ContactFieldName,
	type DealFieldName,
	type FieldIds,
} from '../model/cardFields';
import type { Account, CustomField } from './schema';

const keptForMs = 5 * 60_000;

interface Kept {
	fields: Promise<CustomField[]>;
	until: number;
}

/** Per process and account, never shared between accounts: another account's fields have other ids. */
const kept = new Map<string, Kept>();

/** The account's custom fields, asked for once and remembered for some minutes. */
export class AccountFields {
	private info?: Promise<Account>;

	constructor(
		private readonly client: Pick<AmoCrmClient, 'account' | 'accountInfo' | 'customFields'>,
		private readonly now: () => number = Date.now,
	) {}

	/** Callers at the same time share one call; a call that went wrong is not remembered. */
	async all(entity: Entity): Promise<CustomField[]> {
		const key = this.key(entity);
		const known = kept.get(key);
		if (known !== undefined && known.until > this.now()) return await known.fields;
		const asked: Kept = { fields: this.client.customFields(entity), until: this.now() + keptForMs };
		kept.set(key, asked);
		asked.fields.catch(() => {
			if (kept.get(key) === asked) kept.delete(key);
		});
		return await asked.fields;
	}

	async ofDeals(): Promise<FieldIds<DealFieldName>> {
		const fields = await this.all('leads');
		return Object.fromEntries(dealFieldNames.map((name) => [name, findField(fields, dealFields[name])?.id]));
	}

	async ofContacts(): Promise<FieldIds<ContactFieldName>> {
		return { buyerKey: findField(await this.all('contacts'), contactFields.buyerKey)?.id };
	}

	/** IANA name of the account's zone, in which amoCRM shows days. `undefined` when it does not say. */
	async timezone(): Promise<string | undefined> {
		const info = await (this.info ??= this.client.accountInfo());
		return info._embedded?.datetime_settings?.timezone ?? undefined;
	}

	/** After amoCRM has refused one of the ids, or after new fields were made. */
	forget(entity: Entity): void {
		kept.delete(this.key(entity));
	}

	private key(entity: Entity): string {
		return `${this.client.account} ${entity}`;
	}
}
