import { demandedOfOzon, ozon, type OzonPosting } from '../../demo/markets/ozon';
import { STAGE } from '../../demo/names';

/** A posting that waits for packing, unless said otherwise. */
const posting = (change: Partial<OzonPosting> = {}): OzonPosting => ({
	number: '1-0001-1',
	parent: '',
	scheme: 'fbs',
	status: 'awaiting_packaging',
	substatus: 'posting_created',
	word: 'Ожидает сборки',
	createdAt: 1,
	totalPrice: 100,
	buyer: { key: 'person-1', name: 'Асель А', phone: '77015510000' },
	products: [{ sku: 1, quantity: 2 }],
	returnRequest: null,
	returns: [],
	actions: [],
	history: [],
	...change,
});
const returned = (visual: string, quantity: number) => ({ type: 'PartialReturn', visual, sku: 1, quantity });
const conditional = 'posting_conditionally_delivered';

describe('where the deal of an Ozon posting has to stand', () => {
	it.each<[string, Partial<OzonPosting>, string[]]>([
		['waits for packing', {}, [STAGE.new, STAGE.accepted]],
		['packed', { status: 'awaiting_deliver' }, [STAGE.ready]],
		['on the way', { status: 'delivering', substatus: 'posting_on_way_to_city' }, [STAGE.inDelivery]],
		['delivered by the seller', { status: 'delivering', substatus: conditional }, [STAGE.delivered]],
		['disputed', { status: 'client_arbitration' }, [STAGE.dispute]],
		['cancelled', { status: 'cancelled' }, [STAGE.lost]],
		['cancelled after the hand-over', { status: 'cancelled', history: [{ by: 'api', substatus: conditional }] }, [STAGE.dispute]],
		['received', { status: 'delivered' }, [STAGE.won]],
		['a part is coming back', { status: 'delivered', returns: [returned('MovingToSeller', 1)] }, [STAGE.returning]],
		['a part is back', { status: 'delivered', returns: [returned('ReceivedBySeller', 1)] }, [STAGE.won]],
		['everything is back', { status: 'delivered', returns: [returned('ReceivedBySeller', 2)] }, [STAGE.lost]],
		['a return is asked for', { status: 'delivered', returnRequest: 'ON_APPROVAL' }, [STAGE.returning]],
		['a status that nobody knows', { status: 'lost_in_space' }, []],
	])('%s', (_name, change, stages) => {
		expect(demandedOfOzon(posting(change))).toEqual(stages);
	});
});

describe('the truth about an Ozon shop', () => {
	const shop = {
		settings: { keyExpiresAt: null },
		pushes: { taken: 1, urls: [{ id: 1, url: 'http://n8n/webhook/1/ozon/token', enable: true, disable_reason: '', reason_details: '' }] },
		commands: { accepted: 0, forbidden: [] },
	};
	const read = (postings: OzonPosting[]) => ozon.read({ ...shop, postings });

	it('a posting that was split away is no order, its parts are, and nothing more was placed', () => {
		const parts = ['1-0001-2', '1-0001-3'].map((number) => posting({ number, parent: '1-0001-1' }));
		const { orders, placed } = read([posting({ status: 'cancelled_from_split_pending', substatus: '' }), ...parts]);
		expect(orders.map(({ number, parent }) => [number, parent])).toEqual([['1-0001-2', '1-0001-1'], ['1-0001-3', '1-0001-1']]);
		expect(placed).toBe(1);
	});

	it('a suspended push address and a key that ends are wrong until somebody has woken the one and told people of the other', () => {
		const wrong = (change: object, ...alerts: string[]) => ozon.wrong?.({ ...shop, ...change, postings: [] }, alerts);
		expect(wrong({})).toEqual([]);
		expect(wrong({ pushes: { taken: 0, urls: [] } })).toHaveLength(2);
		const [url] = shop.pushes.urls;
		expect(wrong({ pushes: { taken: 1, urls: [{ ...url, enable: false, reason_details: 'too slow' }] } })).toEqual([expect.stringContaining('too slow')]);
		const ending = { settings: { keyExpiresAt: 1 } };
		expect(wrong(ending)).toEqual([expect.stringContaining('nobody was told')]);
		expect(wrong(ending, 'The Ozon API key is valid for 4 more days: make a new one')).toEqual([]);
	});

	it('a buyer whom Ozon does not show is another one in every order', () => {
		const keys = (scheme: string) => new Set(read([posting({ scheme }), posting({ scheme, number: '2-0001-1' })]).orders.map(({ buyer }) => buyer.key)).size;
		expect(keys('fbs')).toBe(2);
		expect(keys('rfbs-own')).toBe(1);
	});
});
