import fc from 'fast-check';
import { possibleActions } from '../../sandbox/ozon/actions';
import { isSuperseded } from '../../nodes/Ozon/model/postingSplit';
import { day, Memory, minute, openShop } from './sandboxShop';
import { ozonPosting } from './postings';

const schemes = ['fbs', 'rfbs-own', 'rfbs-express', 'rfbs-3pl', 'rfbs-aggregator', 'fbo'] as const;
const commands = ['assemble', 'ship', 'deliver', 'cancel'] as const;

/** What may happen in a shop between two looks; numbers choose among what is possible at that moment. */
const event = fc.oneof(
	{ weight: 2, arbitrary: fc.record({ kind: fc.constant('order' as const), scheme: fc.constantFrom(...schemes), quantity: fc.integer({ min: 1, max: 3 }) }) },
	{ weight: 6, arbitrary: fc.record({ kind: fc.constant('act' as const), who: fc.nat(), what: fc.nat() }) },
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant('command' as const), who: fc.nat(), name: fc.constantFrom(...commands), packages: fc.integer({ min: 1, max: 2 }) }) },
	{ weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(minute, 3 * 60 * minute, 2 * day) }) },
	{ weight: 4, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
);

describe('a history without a single push', () => {
	it('after every look the journal knows each living posting as it is, under one key, and nothing forbidden was sent', async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(event, { minLength: 20, maxLength: 60 }), async (events) => {
				const shop = await openShop({ statusDelayMs: 1500, shipDelayMs: 4000, registrationDelayMs: 5000 });
				try {
					const memory = new Memory();
					let cursor: string | undefined;
					const look = async () => {
						const looking = shop.adapter().changed(cursor, memory.known());
						for (let step = await looking.next(); ; step = await looking.next()) {
							if (step.done === true) {
								cursor = step.value;
								return;
							}
							memory.learn(step.value);
						}
					};
					const numbers = () => [...shop.shop.postings.keys()];
					for (const each of [...events, { kind: 'wait' as const, ms: minute }, { kind: 'look' as const }]) {
						const chosen = 'who' in each ? numbers()[each.who % Math.max(1, numbers().length)] : undefined;
						if (each.kind === 'order') shop.add({ scheme: each.scheme, products: [{ quantity: each.quantity }] });
						else if (each.kind === 'wait') shop.clock.advance(each.ms);
						else if (each.kind === 'look') await look();
						else if (chosen !== undefined && each.kind === 'act') {
							const possible = possibleActions(shop.shop, shop.posting(chosen));
							const action = possible[each.what % Math.max(1, possible.length)];
							if (action !== undefined) shop.act(chosen, action);
						} else if (chosen !== undefined && each.kind === 'command') {
							const key = { marketplace: 'ozon', shop: shop.stored.clientId, id: chosen };
							const command =
								each.name === 'assemble'
									? { name: each.name, packages: each.packages }
									: each.name === 'cancel'
										? { name: each.name, reason: '352' }
										: { name: each.name };
							await shop.adapter().run([{ key, number: chosen, command }]);
						}
					}
					const living = [...shop.shop.postings.values()].filter(({ status }) => !isSuperseded(ozonPosting({ status })));
					const known = [...memory.orders.values()];
					expect(known.map(({ number }) => number).sort()).toEqual(living.map(({ number }) => number).sort());
					const read = await shop.adapter().read(known.map(({ key }) => key));
					expect(read.map((outcome) => (outcome.outcome === 'ok' ? [outcome.value?.number, outcome.value?.rawStatus] : outcome))).toEqual(
						known.map(({ number, rawStatus }) => [number, rawStatus]),
					);
					expect(shop.accounting().snapshot().forbidden).toEqual([]);
				} finally {
					await shop.close();
				}
			}),
			{ numRuns: 25 },
		);
	}, 240_000);
});
