/** What somebody's base looks like: two pairs of copies, a couple on one phone, and people who have nothing to do with each other. */
export interface Planted {
	name: string;
	phones: string[];
	emails?: string[];
	/** How many deals, and how many of them are closed. */
	deals?: number;
	closed?: number;
}

export const planted = {
	asel: { name: 'Асель Касымова', phones: ['+7 (701) 555-41-23'], deals: 1, closed: 1 },
	aselAgain: { name: 'KASYMOVA ASSEL', phones: ['8 701 555 41 23'], emails: ['asel.k@mail.ru'], deals: 2, closed: 1 },
	dana: { name: 'Дана', phones: ['87055554411'], deals: 1, closed: 1 },
	danaFull: { name: 'Дана Омарова', phones: ['моб 7055554411, 8 777 555 90 17'], deals: 1 },
	husband: { name: 'Ерлан Ахметов', phones: ['+77075550918'] },
	wife: { name: 'Жанна Ахметова', phones: ['8 707 555 09 18'] },
	masked: { name: 'Иван Попов', phones: ['+0(000)-000-00-00'] },
	maskedToo: { name: 'Иван Попов', phones: ['+0(000)-000-00-00'] },
	alone: { name: 'Тимур Юдин', phones: ['+77475553316'] },
} as const satisfies Record<string, Planted>;

export type PlantedName = keyof typeof planted;
export const plantedNames: readonly PlantedName[] = ['asel', 'aselAgain', 'dana', 'danaFull', 'husband', 'wife', 'masked', 'maskedToo', 'alone'];
