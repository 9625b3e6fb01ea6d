import type { AuditedContact } from './types';

/** Bytes of one block of records. */
const blockSize = 1 << 20;

/**
 * What a search for duplicates remembers of every contact, outside of the JavaScript heap: a contact is a line of bytes, a key a number.
 * A hundred thousand contacts with their names, phones and e-mails take about 40 MB, and an account ten times as large still fits.
 */
export class ContactStore {
	private readonly positions = new Map<string, number>();
	private readonly blocks: Buffer[] = [];
	private filled = blockSize;
	/** Of each position: where its record begins (block × blockSize + offset) and how long it is. */
	private readonly starts = new Numbers();
	private readonly lengths = new Numbers();
	private readonly keyNumbers = new Map<string, number>();
	private readonly keyTexts: string[] = [];
	/** Key numbers of all positions one after the other, each run led by its length. */
	private readonly keys = new Numbers();
	private readonly keysAt = new Numbers();

	get size(): number {
		return this.positions.size;
	}

	/** Remembers a contact and its keys; what was known under the same id is replaced. */
	put(contact: AuditedContact, keys: readonly string[]): void {
		const position = this.positions.get(contact.id) ?? this.positions.size;
		this.positions.set(contact.id, position);
		this.write(position, contact);
		this.keysAt.set(position, this.keys.length);
		this.keys.push(keys.length);
		for (const key of keys) this.keys.push(this.numberOf(key));
	}

	/** Positions in the order of ids, so that the result depends on the contacts only and not on the order of reading. */
	inOrder(): number[] {
		return [...this.positions].sort(([a], [b]) => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)).map(([, position]) => position);
	}

	read(position: number): AuditedContact {
		const start = this.starts.at(position);
		const block = this.blocks[Math.floor(start / blockSize)];
		const offset = start % blockSize;
		const record: StoredContact = JSON.parse(block?.toString('utf8', offset, offset + this.lengths.at(position)) ?? '');
		const [id, name, phones, emails, createdAt, updatedAt, deals, openDeals, buyerKey] = record;
		return { id, name, phones, emails, createdAt, updatedAt, deals: deals ?? undefined, openDeals: openDeals ?? undefined, buyerKey: buyerKey ?? undefined };
	}

	/** Numbers of the contact's keys; two contacts with the same number have that key in common. */
	keysOf(position: number): number[] {
		const at = this.keysAt.at(position);
		return Array.from({ length: this.keys.at(at) }, (_, index) => this.keys.at(at + 1 + index));
	}

	keyText(number: number): string {
		return this.keyTexts[number] ?? '';
	}

	private write(position: number, contact: AuditedContact): void {
		const { id, name, phones, emails, createdAt, updatedAt, deals, openDeals, buyerKey } = contact;
		const record: StoredContact = [id, name, phones, emails, createdAt, updatedAt, deals ?? null, openDeals ?? null, buyerKey ?? null];
		const bytes = Buffer.from(JSON.stringify(record));
		// A card with a novel in a field gets a block of its own; positions still count in whole blocks.
		if (this.filled + bytes.length > blockSize) {
			this.blocks.push(Buffer.allocUnsafeSlow(Math.max(blockSize, bytes.length)));
			this.filled = 0;
		}
		const last = this.blocks.length - 1;
		this.blocks[last]?.set(bytes, this.filled);
		this.starts.set(position, last * blockSize + this.filled);
		this.lengths.set(position, bytes.length);
		this.filled += bytes.length;
	}

	private numberOf(key: string): number {
		const known = this.keyNumbers.get(key);
		if (known !== undefined) return known;
		const number = this.keyTexts.push(key) - 1;
		this.keyNumbers.set(key, number);
		return number;
	}
}

type StoredContact = [id: string, name: string, phones: string[], emails: string[], createdAt: number, updatedAt: number, deals: number | null, openDeals: number | null, buyerKey: string | null];

/** A list of numbers in one piece of memory, eight bytes each. */
class Numbers {
	private values = new Float64Array(1024);
	length = 0;

	at(index: number): number {
		return this.values[index] ?? 0;
	}

	push(value: number): void {
		this.set(this.length, value);
	}

	set(index: number, value: number): void {
		if (index >= this.values.length) {
			const larger = new Float64Array(Math.max(this.values.length * 2, index + 1));
			larger.set(this.values);
			this.values = larger;
		}
		this.values[index] = value;
		this.length = Math.max(this.length, index + 1);
	}
}
