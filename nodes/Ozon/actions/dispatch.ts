import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { dispatchOneByOne } from '../../shared/dispatchOneByOne';
import { connectOzon } from '../api/connection';
import { Item, type Resource, type Work } from './operation';

export const dispatch = (context: IExecuteFunctions, resources: readonly Resource[]): Promise<INodeExecutionData[][]> =>
	dispatchOneByOne(context, resources, open, (...item) => new Item(...item));

const open = async (context: IExecuteFunctions): Promise<Work> => ({ ...(await connectOzon(context)), assembling: new Set() });
