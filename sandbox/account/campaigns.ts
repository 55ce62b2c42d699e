import type { Campaign, SandboxConfig, SmsCampaign } from './config';
import type { Template } from './templates';

/** The campaign with this ID; undefined if there is none or the ID is not text. */
export function findCampaign(
	id: unknown,
	{ campaigns }: Pick<SandboxConfig, 'campaigns'>,
): Campaign | undefined {
	return typeof id === 'string' && Object.hasOwn(campaigns, id) ? campaigns[id] : undefined;
}

/** The SMS campaign with this ID; undefined if there is none. */
export const findSmsCampaign = (
	id: string,
	{ smsCampaigns }: Pick<SandboxConfig, 'smsCampaigns'>,
): SmsCampaign | undefined => (Object.hasOwn(smsCampaigns, id) ? smsCampaigns[id] : undefined);

/** The version of the campaign that is sent: with `useDraft` the draft if there is one, otherwise the published version. */
export const templateOf = (campaign: Campaign, useDraft: boolean): Template | undefined =>
	useDraft ? (campaign.draft ?? campaign.template) : campaign.template;
