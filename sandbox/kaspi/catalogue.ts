/** What the invented shop sells. Prices in KZT; `imei` marks goods whose serial number Kaspi wants. */
export const GOODS = [
	{ name: 'Смартфон Apple iPhone 16 128GB черный', brand: 'Apple', category: 'Смартфоны', price: 449_990, imei: true },
	{ name: 'Смартфон Samsung Galaxy A56 8/256GB', brand: 'Samsung', category: 'Смартфоны', price: 189_990, imei: true },
	{ name: 'Смартфон Xiaomi Redmi Note 14 6/128GB', brand: 'Xiaomi', category: 'Смартфоны', price: 94_990, imei: true },
	{ name: 'Наушники Apple AirPods 4 белый', brand: 'Apple', category: 'Наушники', price: 84_990, imei: false },
	{ name: 'Наушники JBL Tune 520BT синий', brand: 'JBL', category: 'Наушники', price: 21_490, imei: false },
	{ name: 'Ноутбук ASUS Vivobook 15 X1504VA', brand: 'ASUS', category: 'Ноутбуки', price: 274_990, imei: false },
	{ name: 'Телевизор Samsung UE50DU7100 125 см', brand: 'Samsung', category: 'Телевизоры', price: 209_990, imei: false },
	{ name: 'Робот-пылесос Xiaomi Robot Vacuum S20', brand: 'Xiaomi', category: 'Пылесосы', price: 89_990, imei: false },
	{ name: 'Электрочайник Redmond RK-G1308D', brand: 'Redmond', category: 'Чайники', price: 18_990, imei: false },
	{ name: 'Мультиварка Polaris PMC 0530AD', brand: 'Polaris', category: 'Мультиварки', price: 31_990, imei: false },
	{ name: 'Аэрогриль Tefal EY501815', brand: 'Tefal', category: 'Аэрогрили', price: 64_990, imei: false },
	{ name: 'Стиральная машина LG F2J3HS0W белый', brand: 'LG', category: 'Стиральные машины', price: 219_990, imei: false },
	{ name: 'Кроссовки Nike Air Max SC 42', brand: 'Nike', category: 'Кроссовки', price: 45_990, imei: false },
	{ name: 'Рюкзак Xiaomi City Backpack 2 серый', brand: 'Xiaomi', category: 'Рюкзаки', price: 12_990, imei: false },
	{ name: 'Подгузники Huggies Elite Soft 4 132 шт', brand: 'Huggies', category: 'Подгузники', price: 19_490, imei: false },
	{ name: 'Автокресло Happy Baby Mustang', brand: 'Happy Baby', category: 'Автокресла', price: 52_990, imei: false },
	{ name: 'Фен Dyson Supersonic HD07', brand: 'Dyson', category: 'Фены', price: 214_990, imei: false },
	{ name: 'Электрическая зубная щетка Oral-B Vitality', brand: 'Oral-B', category: 'Зубные щетки', price: 14_990, imei: false },
	{ name: 'Шуруповерт Makita DF333DWYE', brand: 'Makita', category: 'Шуруповерты', price: 58_990, imei: false },
	{ name: 'Зимняя шина Nokian Hakkapeliitta R5 205/55 R16', brand: 'Nokian', category: 'Шины', price: 41_990, imei: false },
	{ name: 'Велосипед Stels Navigator 610 MD 26', brand: 'Stels', category: 'Велосипеды', price: 129_990, imei: false },
	{ name: 'Коляска Babyhit Allure серый', brand: 'Babyhit', category: 'Коляски', price: 109_990, imei: false },
] as const;

export const FIRST_NAMES = [
	'Асель', 'Айгерим', 'Динара', 'Мадина', 'Гульнара', 'Жанар', 'Алия', 'Сауле', 'Ерлан', 'Нурлан', 'Данияр', 'Арман',
	'Тимур', 'Бауыржан', 'Асхат', 'Елена', 'Ольга', 'Наталья', 'Ирина', 'Светлана', 'Александр', 'Сергей', 'Дмитрий', 'Игорь',
] as const;

/** Surnames that do not change with gender. */
export const LAST_NAMES = [
	'Ахметжан', 'Сейтказы', 'Нурпеис', 'Бекенулы', 'Касым', 'Омар', 'Жумабай', 'Ибрай', 'Кенжебек', 'Тулеген', 'Ким', 'Цой',
	'Шевченко', 'Бондаренко', 'Коваленко', 'Ткаченко', 'Мельник', 'Шмидт', 'Вебер', 'Гончар', 'Кравец', 'Литвин', 'Ли', 'Пак',
] as const;

export const CITIES = [
	{ code: '750000000', name: 'Алматы', latitude: 43.238949, longitude: 76.889709 },
	{ code: '710000000', name: 'Астана', latitude: 51.169392, longitude: 71.449074 },
	{ code: '511010000', name: 'Шымкент', latitude: 42.341684, longitude: 69.590099 },
	{ code: '351010000', name: 'Караганда', latitude: 49.806406, longitude: 73.085485 },
	{ code: '151010000', name: 'Актобе', latitude: 50.283937, longitude: 57.166978 },
	{ code: '551010000', name: 'Павлодар', latitude: 52.2873, longitude: 76.9674 },
	{ code: '471010000', name: 'Актау', latitude: 43.6481, longitude: 51.1722 },
] as const;

export const STREETS = ['Абая', 'Сатпаева', 'Тимирязева', 'Розыбакиева', 'Достык', 'Кабанбай батыра', 'Жандосова'] as const;
