import { findOrCreateContact as findOrCreateIn } from '../../../../operations/contact/findOrCreate';
import { manyItems, type Work } from '../operation';
import { userOption } from '../parameters';
import { optionalId } from '../values';

export const findOrCreateContact = manyItems(findOrCreateIn<Work>('Bitrix24', userOption, optionalId));
