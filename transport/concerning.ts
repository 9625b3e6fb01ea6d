import { AsyncLocalStorage } from 'node:async_hooks';

const concerned = new AsyncLocalStorage<readonly string[]>();

/** Calls made by `run`, however deep, are about the orders with these numbers: the log names them. */
export const concerning = <T>(orderNumbers: readonly string[], run: () => Promise<T>): Promise<T> => concerned.run(orderNumbers, run);

/** Whose call is made at this moment. */
export const concernedOrders = (): readonly string[] | undefined => concerned.getStore();
