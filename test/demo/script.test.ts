import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

import { STAGE } from '../../demo/names';
import { KASPI_SCENARIOS } from '../../demo/markets/kaspiScenarios';
import { OZON_SCENARIOS } from '../../demo/markets/ozonScenarios';
import { PHONE_FORMATS, writeScript } from '../../demo/script';

describe('the script of a check', () => {
	const script = writeScript(KASPI_SCENARIOS, 60, 1);
	const orders = script.orders;

	it('is the same for the same seed and another for another', () => {
		expect(writeScript(KASPI_SCENARIOS, 60, 1)).toEqual(script);
		expect(writeScript(KASPI_SCENARIOS, 60, 2)).not.toEqual(script);
	});

	it('plays every scenario, every delivery kind and every flag', () => {
		expect(new Set(orders.map(({ scenario }) => scenario.name)).size).toBe(KASPI_SCENARIOS.length);
		expect(new Set(orders.map(({ spec }) => spec.kind)).size).toBe(6);
		for (const flag of ['autoAccept', 'preOrder', 'signature'] as const) expect(orders.some(({ spec }) => spec[flag])).toBe(true);
	});

	it('hides about half of the phones and has buyers who come again, some with the phone hidden or shown for once', () => {
		const masked = orders.filter(({ spec }) => spec.buyer.masked).length;
		expect(masked).toBeGreaterThan(20);
		expect(masked).toBeLessThan(40);
		const byBuyer = new Map<string, boolean[]>();
		for (const { spec } of orders) byBuyer.set(spec.buyer.key, [...(byBuyer.get(spec.buyer.key) ?? []), spec.buyer.masked]);
		const repeated = [...byBuyer.values()].filter(({ length }) => length > 1);
		expect(repeated.length).toBeGreaterThan(10);
		expect(repeated.some((seen) => new Set(seen).size === 2)).toBe(true);
	});

	it('writes one phone in five ways that all mean the same', () => {
		const written = PHONE_FORMATS.map((format) => format('7015510000'));
		expect(new Set(written).size).toBe(5);
		const read = written.map((text) => parsePhoneNumberFromString(/^7\d{10}$/.test(text) ? `+${text}` : text, 'KZ')?.number);
		expect(new Set(read)).toEqual(new Set(['+77015510000']));
		expect(new Set(script.contacts.map(({ phones }) => (phones[0] ?? '').replace(/(?<=.)\d/g, '0'))).size).toBe(5);
	});

	it.each([1, 60, 1000])('gives %i orders distinct buyers with distinct names and phones', (count) => {
		const buyers = new Map(writeScript(KASPI_SCENARIOS, count, 3).orders.map(({ spec }) => [spec.buyer.key, spec.buyer]));
		expect(new Set([...buyers.values()].map(({ phone }) => phone)).size).toBe(buyers.size);
		expect(new Set([...buyers.values()].map(({ firstName, lastName }) => `${firstName} ${lastName}`)).size).toBe(buyers.size);
	});

	it('lets no manager do what only the marketplace or the buyer can', () => {
		const targets = [...KASPI_SCENARIOS, ...OZON_SCENARIOS].flatMap(({ steps }) => steps.flatMap((step) => (step.by === 'market' ? [] : [step.to])));
		for (const never of [STAGE.won, STAGE.returning, STAGE.signature, STAGE.new, STAGE.dispute]) expect(targets).not.toContain(never);
	});
});
