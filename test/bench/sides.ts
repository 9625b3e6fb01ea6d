import type { Crm, Marketplace } from '../../core/ports';
import type { Addresses, SandboxProcess } from './sandboxProcess';

export type Api = 'kaspi' | 'ozon' | 'amocrm' | 'bitrix24';
export type Now = () => number;

interface Side {
	/** Its key in the sandbox's state and counts. */
	api: Api;
	/** As people call it. */
	name: string;
}

/** What a flow that takes one order after the other knows of an order. */
export interface PlainOrder {
	number: string;
	buyer: string;
	phone: string;
}

/** A marketplace: how it is opened outside n8n, what happens in it, and the fewest calls that it can be read with. */
export interface MarketSide extends Side {
	open(addresses: Addresses, now: Now): Marketplace;
	makeOrders(sandbox: SandboxProcess, count: number): Promise<void>;
	/** Moves every order on by one status, as people in the cabinet or buyers do. */
	moveAll(sandbox: SandboxProcess): Promise<void>;
	/** Fewest calls that show so many orders, all of them changed or none. */
	least: { changed(orders: number): number; unchanged(orders: number): number };
	/** Most calls that reading so many orders and nothing else may cost; absent: only the total counts. */
	readTarget?(orders: number): number;
	/** Most calls on both sides that so many changes of status may cost; absent: nothing was agreed. */
	changeTarget?(orders: number): number;
	/** As people wire it by hand: the list, then every order by itself. */
	oneByOne(addresses: Addresses): AsyncGenerator<PlainOrder, void>;
}

/** A CRM: how it is opened outside n8n, and the fewest calls that it can be written with. */
export interface CrmSide extends Side {
	open(addresses: Addresses, now: Now): Crm;
	/** Calls that search a buyer's contact, among those that the sandbox counted by route. */
	searches(byRoute: Readonly<Record<string, number>>): number;
	least: {
		/** Contacts and deals for so many new orders. */
		create(orders: number): number;
		/** So many deals read and moved. */
		move(deals: number): number;
		/** Nobody moved a deal. */
		idle: number;
	};
	/** Most calls an order that new orders may cost on both sides, searches for buyers left out. */
	newOrderTarget: number;
	/** As people wire it by hand: search the contact, create it, create the deal, link or fill it, note. */
	bringOver(addresses: Addresses): (order: PlainOrder) => Promise<void>;
}
