import { findOrCreateContact as findOrCreateIn } from '../../../shared/contact/findOrCreate';
import { manyItems, type Work } from '../operation';
import { userOption } from '../parameters';
import { optionalId } from '../parameterValues';

export const findOrCreateContact = manyItems(findOrCreateIn<Work>('Bitrix24', userOption, optionalId));
