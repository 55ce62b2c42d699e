import type { Shop } from './shop';
import { bigcommerce } from './shops/bigcommerce';
import { commercetools } from './shops/commercetools';
import { ecwid } from './shops/ecwid';
import { magento } from './shops/magento';
import { medusa } from './shops/medusa';
import { nuvemshop } from './shops/nuvemshop';
import { salesforce } from './shops/salesforce';
import { shopify } from './shops/shopify';
import { shopware } from './shops/shopware';
import { squarespace } from './shops/squarespace';
import { stripe } from './shops/stripe';
import { vtex } from './shops/vtex';
import { wix } from './shops/wix';
import { woocommerce } from './shops/woocommerce';

/** The shop systems that the operation knows, A–Z. */
export const SHOPS: readonly Shop[] = [
	bigcommerce,
	commercetools,
	ecwid,
	magento,
	medusa,
	nuvemshop,
	salesforce,
	shopify,
	shopware,
	squarespace,
	stripe,
	vtex,
	wix,
	woocommerce,
];
