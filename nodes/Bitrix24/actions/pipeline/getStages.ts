import { asJson } from '../output';
import { eachItem, NotDone } from '../operation';
import { pipelineParameter } from '../parameters';
import { pipelineValue } from '../parameterValues';

export const getStages = eachItem({
	value: 'getStages',
	name: 'Get Stages',
	action: 'Get the stages of a pipeline',
	description: 'List the stages of a pipeline in their order, with what they mean: open, won or lost',
	properties: [{ ...pipelineParameter, required: true }],
	async execute({ crm }, item) {
		const id = String(item.get('pipelineId', pipelineValue));
		const pipeline = (await crm.pipelines()).find((each) => each.id === id);
		if (pipeline === undefined) throw new NotDone(`Bitrix24 has no pipeline ${id}`, 'Choose the pipeline again; it may be deleted.');
		return pipeline.stages.map((stage) => asJson({ ...stage, pipelineId: pipeline.id, stage: `${pipeline.id}/${stage.id}` }));
	},
});
