import { asJson } from '../output';
import { eachItem, NotDone } from '../operation';
import { pipelineParameter } from '../parameters';
import { idValue } from '../parameterValues';

export const getStages = eachItem({
	value: 'getStages',
	name: 'Get Stages',
	action: 'Get the stages of a pipeline',
	description: 'List the stages of a pipeline in their order, won and lost included',
	properties: [{ ...pipelineParameter, required: true }],
	async execute({ crm }, item) {
		const id = String(item.get('pipelineId', idValue));
		const pipeline = (await crm.pipelines()).find((each) => each.id === id);
		if (pipeline === undefined) throw new NotDone(`amoCRM has no pipeline ${id}`, 'Choose the pipeline again; it may be archived.');
		return pipeline.stages.map((stage) => asJson({ ...stage, pipelineId: pipeline.id, stage: `${pipeline.id}/${stage.id}` }));
	},
});
