import { itemsOf, isMap, text, whole, type Params } from '../php';
import { missing, Problem } from '../problem';
import { KIND_IDS, type Category } from '../model';
import { addCategory } from '../stages';
import { reading, writing, type Methods, type MethodContext } from './method';

/** Pipelines of deals (bitrix24.md §4). Other types of the real portal have pipelines too; they are not simulated. */
export const categoryMethods: Methods = {
	'crm.category.list': reading(({ store }, { params }) => {
		checkType(params);
		const all = [...store.categories.values()].sort((a, b) => a.sort - b.sort || a.id - b.id);
		return { result: { categories: all.map(view) }, total: all.length };
	}),
	'crm.category.get': reading((context, { params }) => ({ result: { category: view(categoryIn(context, params)) } })),
	'crm.category.add': writing(({ store }, { params }) => {
		checkType(params);
		const fields = fieldsIn(params);
		const name = text(fields.name);
		if (name === '') throw new Problem(400, 0, "Field 'NAME' is required");
		return { result: { category: view(addCategory(store, name, whole(fields.sort) || 500)) } };
	}),
	'crm.category.update': writing((context, { params }) => {
		const category = categoryIn(context, params);
		const { name, sort } = fieldsIn(params);
		if (text(name) !== '') category.name = text(name);
		if (!Number.isNaN(whole(sort))) category.sort = whole(sort);
		return { result: { category: view(category) } };
	}),
	'crm.category.delete': writing((context, { params }) => {
		const { store } = context;
		const { id } = categoryIn(context, params);
		if (id === 0) throw new Problem(400, 'REMOVING_DISABLED', 'The default category cannot be deleted');
		const used = [...store.entities.deal.values()].some(
			({ isDeleted, values }) => !isDeleted && values.get('categoryId') === id,
		);
		if (used) throw new Problem(400, 'CATEGORY_HAS_ITEMS', 'Category is not empty');
		store.categories.delete(id);
		for (const status of [...store.statuses.values()]) if (status.categoryId === id) store.statuses.delete(status.id);
		return { result: null };
	}),
};

function view({ id, name, sort }: Category) {
	const isDefault = id === 0 ? 'Y' : 'N';
	return { id, name, sort, entityTypeId: KIND_IDS.deal, isDefault, originId: '', originatorId: '' };
}

function checkType(params: Params): void {
	if (params.entityTypeId === undefined) throw missing('entityTypeId');
	if (whole(params.entityTypeId) !== KIND_IDS.deal) {
		throw new Problem(400, 'ENTITY_TYPE_NOT_SUPPORTED', `Entity type ${text(params.entityTypeId)} is not supported`);
	}
}

function categoryIn({ store }: MethodContext, params: Params): Category {
	checkType(params);
	const category = store.categories.get(whole(itemsOf(params.id)[0]));
	if (!category) throw new Problem(400, 'NOT_FOUND', 'Category not found');
	return category;
}

function fieldsIn(params: Params): Params {
	if (params.fields === undefined) throw missing('fields');
	return isMap(params.fields) ? params.fields : {};
}
