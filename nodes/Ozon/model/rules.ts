import type { CommandName, Order, Route } from '../../../core/order/order';
import type { MarketplaceRules } from '../../../core/ports';
import { isFurther, type OrderStage } from '../../../core/order/stage';
import { readRawStatus, statusName } from './postingStatus';

const ownStep: Route = { kind: 'own_step' };
const command = (name: CommandName): Route => ({ kind: 'command', command: name, onceOnly: false });
const refused = (why: string): Route => ({ kind: 'refused', why });

/**
 * The next step from where the order is to a stage chosen in the CRM: the table "CRM → Ozon" of ozon.md §13. Pure.
 * Only what Ozon offers at this moment (`available_actions`) is ever sent; it never takes an order back.
 */
function route(order: Order, to: OrderStage): Route {
	const { stage } = order;
	if (stage === 'unknown') {
		return refused(`Ozon сообщает статус «${order.rawStatus}», которого этот пакет не знает: посмотрите отправление в кабинете продавца`);
	}
	if (stage === to) return ownStep;
	if (isDecided(stage)) return refused(`Ozon уже закрыл отправление: «${statusText(order)}»`);
	// Ozon has no call for accepting (§13): it is the CRM's own step, for its own warehouse's postings too.
	if (stage === 'new' && to === 'accepted') return ownStep;
	if (readRawStatus(order.rawStatus).isFbo) return refused('товар на складе Ozon (FBO): это отправление двигает только Ozon');
	if (to === 'cancelled') return cancelling(order);
	if (!isFurther(to, stage)) return refused(`Ozon не возвращает отправление назад из статуса «${statusText(order)}»`);
	return forward(order, stage, to);
}

const isDecided = (stage: OrderStage): boolean =>
	['completed', 'cancelled', 'return_requested', 'returned', 'dispute'].includes(stage);

const mayBe = (order: Order, name: CommandName): boolean => order.allowed?.includes(name) ?? false;

function cancelling(order: Order): Route {
	if (mayBe(order, 'cancel')) return command('cancel');
	return refused(
		order.stage === 'delivered'
			? 'условно доставленное отправление продавец отменить не может: только покупатель или Ozon'
			: `Ozon больше не даёт продавцу отменить отправление («${statusText(order)}»)`,
	);
}

function forward(order: Order, stage: OrderStage, to: OrderStage): Route {
	if (to === 'completed') {
		return refused(
			'Ozon завершает отправление сам, если покупатель не открыл спор; чтобы сообщить о вручении, переведите сделку на этап «Доставлен»',
		);
	}
	if (to !== 'ready' && to !== 'in_delivery' && to !== 'delivered') return refused('на этот этап отправление переводит только покупатель или Ozon');
	switch (stage) {
		case 'in_delivery':
			if (mayBe(order, 'deliver')) return command('deliver');
			// The courier has to set out before he can arrive.
			return mayBe(order, 'ship') ? command('ship') : refused(carriedByOthers(order));
		case 'ready':
			return mayBe(order, 'ship') ? command('ship') : refused(carriedByOthers(order));
		default:
			// Ozon refuses a second one (§7 POSTING_ALREADY_SHIPPED), so one whose answer was lost is sent again while Ozon still offers it.
			return mayBe(order, 'assemble') ? command('assemble') : refused(notToBeAssembled(order));
	}
}

const carriedByOthers = (order: Order): string =>
	`дальше доставку ведёт Ozon или перевозчик: в статусе «${statusText(order)}» продавец ничего сообщить не может`;

const notToBeAssembled = (order: Order): string =>
	`Ozon не предлагает собрать отправление («${statusText(order)}»): возможно, сначала нужны коды маркировки; посмотрите его в кабинете продавца`;

const additionNames: Readonly<Record<string, string>> = { cancel_requested: 'покупатель просит отменить' };

/** The cabinet's word for where the posting stands; an unknown status as Ozon sent it. */
function statusText(order: Order): string {
	const raw = readRawStatus(order.rawStatus);
	const name = statusName(raw);
	if (name === undefined) return order.rawStatus;
	const additions = raw.additions.map((addition) => additionNames[addition] ?? addition.replace(/^(return|rfbs):/, 'возврат: '));
	return [raw.isFbo ? `FBO: ${name}` : name, ...additions].join(' — ');
}

export const ozonRules: MarketplaceRules = { route, statusText };
