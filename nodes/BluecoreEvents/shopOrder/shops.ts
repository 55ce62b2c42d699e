import type { Shop } from './shop';
import { bigcommerce } from './shops/bigcommerce';
import { commercetools } from './shops/commercetools';
import { magento } from './shops/magento';
import { salesforce } from './shops/salesforce';
import { shopify } from './shops/shopify';
import { shopware } from './shops/shopware';
import { woocommerce } from './shops/woocommerce';

/** The shop systems that the operation knows. */
export const SHOPS: readonly Shop[] = [
	bigcommerce,
	commercetools,
	magento,
	salesforce,
	shopify,
	shopware,
	woocommerce,
];
