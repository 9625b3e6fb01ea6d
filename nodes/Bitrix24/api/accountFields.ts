import { z } from 'zod/v4';
import type { Outcome } from '../../../core/ports';
import { parseAs, type Bitrix24Client } from './client';
import type { Command } from './command';
import {
	contactFields,
	dealFieldNames,
	dealFields,
	type CardField,
	type ContactFieldName,
	type DealFieldName,
	type FieldNames,
} from '../model/cardFields';
import { failureOfOutcome } from './refusals';
import { currencySchema, fieldsSchema, userFieldSchema, type FieldDescription } from './schema';

export const entityTypes = { deal: 2, contact: 3 } as const;
export type Entity = keyof typeof entityTypes;

/** What a portal has of its own: fields by the name that items use, and its currencies. */
export interface PortalFields {
	fields: ReadonlyMap<string, FieldDescription>;
	/** External codes by `UF_CRM_…` name. */
	externalCodes: ReadonlyMap<string, string>;
	currencies: ReadonlySet<string>;
}

const keptForMs = 5 * 60_000;

interface Kept {
	fields: Promise<PortalFields>;
	until: number;
}

/** Per process and portal, never shared between portals: another portal's fields have other names. */
const kept = new Map<string, Kept>();

/** The portal's fields, asked for once, in one call, and remembered for some minutes. */
export class AccountFields {
	constructor(private readonly client: Bitrix24Client) {}

	/** Callers at the same time share one call; a call that went wrong is not remembered. */
	async all(entity: Entity): Promise<PortalFields> {
		const key = `${this.client.account} ${entity}`;
		const known = kept.get(key);
		if (known !== undefined && known.until > this.client.now()) return await known.fields;
		const asked: Kept = { fields: askFields(this.client, entity), until: this.client.now() + keptForMs };
		kept.set(key, asked);
		asked.fields.catch(() => {
			if (kept.get(key) === asked) kept.delete(key);
		});
		return await asked.fields;
	}

	async ofDeals(): Promise<FieldNames<DealFieldName>> {
		const fields = await this.all('deal');
		return Object.fromEntries(dealFieldNames.map((name) => [name, nameIn(fields, dealFields[name])]));
	}

	async ofContacts(): Promise<FieldNames<ContactFieldName>> {
		return { buyerKey: nameIn(await this.all('contact'), contactFields.buyerKey) };
	}

	/** After new fields were made. */
	forget(entity: Entity): void {
		kept.delete(`${this.client.account} ${entity}`);
	}
}

/**
 * How the portal calls one of the pack's fields in its items: found by the field's code, else by its external code, else by label
 * and type (an analyst has made it by hand). Portals before crm 25.0 ignore `useOriginalUfNames` and answer `ufCrm…` names with
 * the original beside them (bitrix24.md §4): whatever name is in the answer is the one to use.
 */
export function nameIn({ fields, externalCodes }: PortalFields, wanted: CardField): string | undefined {
	const all = [...fields];
	const original = ([name, { upperName }]: [string, FieldDescription]): string => upperName ?? name;
	const found =
		all.find((field) => original(field) === wanted.code || field[0] === wanted.code) ??
		all.find((field) => externalCodes.get(original(field)) === wanted.code) ??
		all.find(
			([name, { title, type }]) =>
				/^uf_?crm/i.test(name) && type === wanted.type && title.trim().toLowerCase() === wanted.label.toLowerCase(),
		);
	return found?.[0];
}

const known = <T>(outcome: Outcome<unknown> | undefined, element: z.ZodType<T>): T[] =>
	outcome?.outcome === 'ok' ? parseAs(z.array(element), outcome.value, 'the fields of the portal') : [];

async function askFields(client: Bitrix24Client, entity: Entity): Promise<PortalFields> {
	const commands: Command[] = [
		{ method: 'crm.item.fields', params: { entityTypeId: entityTypes[entity], useOriginalUfNames: 'Y' } },
		{ method: `crm.${entity}.userfield.list`, params: {} },
		{ method: 'crm.currency.list', params: {} },
	];
	const [[fields, userFields, currencies] = []] = await client.runGroups([commands], 'read');
	if (fields?.outcome !== 'ok') throw failureOfOutcome(fields ?? { outcome: 'unknown', reason: 'no answer' }, 'crm.item.fields', client.now());
	return {
		fields: new Map(Object.entries(parseAs(fieldsSchema, fields.value, 'crm.item.fields'))),
		// External codes and currencies are a help, not a need: whoever may not see them finds fields by code and label,
		// and leaves it to Bitrix24 whether it has the order's currency.
		externalCodes: new Map(known(userFields, userFieldSchema).map(({ FIELD_NAME, XML_ID }) => [FIELD_NAME, XML_ID])),
		currencies: new Set(known(currencies, currencySchema).map(({ CURRENCY }) => CURRENCY)),
	};
}
