import { reading, type Methods } from './method';

/** Currencies of the portal; the first one is its own (bitrix24.md §11). */
export const currencyMethods: Methods = {
	'crm.currency.list': reading(({ settings }) => ({
		result: settings.currencies.map((currency, index) => ({
			CURRENCY: currency,
			AMOUNT_CNT: '1',
			AMOUNT: '1.0000',
			SORT: String((index + 1) * 100),
			BASE: index === 0 ? 'Y' : 'N',
			FULL_NAME: currency,
			LID: 'ru',
			FORMAT_STRING: '# ',
			DECIMALS: '2',
		})),
		total: settings.currencies.length,
	})),
};
