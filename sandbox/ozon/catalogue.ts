/** What the invented shop sells. Prices in RUB. */
export const GOODS = [
	{ sku: 1904686181, offerId: 'SM-A56-256', name: 'Смартфон Samsung Galaxy A56 8/256 ГБ', price: 34_990 },
	{ sku: 1660243305, offerId: 'RM-N14-128', name: 'Смартфон Xiaomi Redmi Note 14 6/128 ГБ', price: 17_490 },
	{ sku: 1732119047, offerId: 'JBL-520-BL', name: 'Наушники JBL Tune 520BT синие', price: 4290 },
	{ sku: 1520094412, offerId: 'AP-4-WH', name: 'Наушники Apple AirPods 4', price: 15_990 },
	{ sku: 1488120093, offerId: 'RK-1308', name: 'Чайник электрический Redmond RK-G1308D', price: 3190 },
	{ sku: 1311457720, offerId: 'TF-EY501', name: 'Аэрогриль Tefal EY501815', price: 12_490 },
	{ sku: 1277300518, offerId: 'RV-S20', name: 'Робот-пылесос Xiaomi Robot Vacuum S20', price: 16_990 },
	{ sku: 1105982344, offerId: 'BUM-A4-5', name: 'Бумага офисная А4, 5 пачек', price: 1890 },
	{ sku: 1098455517, offerId: 'CART-12A', name: 'Картридж лазерный Q2612A', price: 1490 },
	{ sku: 1201776541, offerId: 'KRES-CH', name: 'Кресло офисное чёрное', price: 8990 },
	{ sku: 1044120987, offerId: 'KOFE-1K', name: 'Кофе в зёрнах, 1 кг', price: 1390 },
	{ sku: 1390021164, offerId: 'MAK-DF333', name: 'Шуруповёрт Makita DF333DWYE', price: 10_990 },
] as const;

export const FIRST_NAMES = [
	'Анна',
	'Ольга',
	'Ирина',
	'Мария',
	'Татьяна',
	'Елена',
	'Наталья',
	'Юлия',
	'Сергей',
	'Андрей',
	'Дмитрий',
	'Алексей',
	'Иван',
	'Павел',
] as const;

/** Surnames that do not change with gender. */
export const LAST_NAMES = [
	'Шевченко',
	'Ткаченко',
	'Мельник',
	'Вебер',
	'Кравец',
	'Литвин',
	'Гончар',
	'Бондарь',
	'Коваль',
	'Черных',
	'Седых',
	'Долгих',
] as const;

export const CITIES = [
	{ city: 'Москва', region: 'Москва', zip: '101000', latitude: 55.7558, longitude: 37.6176 },
	{ city: 'Санкт-Петербург', region: 'Санкт-Петербург', zip: '190000', latitude: 59.9386, longitude: 30.3141 },
	{ city: 'Казань', region: 'Республика Татарстан', zip: '420000', latitude: 55.7963, longitude: 49.1088 },
	{ city: 'Тверь', region: 'Тверская область', zip: '170000', latitude: 56.8587, longitude: 35.9176 },
] as const;

export const STREETS = ['Тверская', 'Лесная', 'Садовая', 'Советская', 'Профсоюзная', 'Мира'] as const;
