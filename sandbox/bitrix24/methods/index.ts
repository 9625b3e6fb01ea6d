import { categoryMethods } from './categories';
import { classicMethods } from './classic';
import { currencyMethods } from './currencies';
import { eventMethods } from './events';
import { itemMethods } from './items';
import type { Methods } from './method';
import { peopleMethods } from './people';
import { productRowMethods } from './productRows';
import { searchMethods } from './search';
import { statusMethods } from './statuses';
import { taskMethods } from './tasks';
import { timelineMethods } from './timeline';
import { userfieldMethods } from './userfields';

/** Everything the simulated portal can do, beside `batch`. */
export const METHODS: Methods = {
	...itemMethods,
	...classicMethods,
	...categoryMethods,
	...currencyMethods,
	...statusMethods,
	...userfieldMethods,
	...productRowMethods,
	...timelineMethods,
	...taskMethods,
	...peopleMethods,
	...searchMethods,
	...eventMethods,
};
