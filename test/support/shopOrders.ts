import type { IDataObject } from 'n8n-workflow';

type Lines = IDataObject[];

/** An order, with the types of what tests change in it. */
type Order<Changed> = IDataObject & Changed;
const order = (json: string) => JSON.parse(json) as IDataObject;

/** An order of each shop system with two products, as its API gives it, shortened to what says something. The people are fictional. */
export const SHOP_ORDERS = {
	shopify: order(`{
		"id": 5001, "name": "#1001", "order_number": 1001, "email": "jane@example.com", "contact_email": "jane@example.com",
		"cancelled_at": null, "test": false, "financial_status": "paid", "currency": "USD", "total_price": "89.80",
		"total_discounts": "10.00", "invoice_url": null,
		"customer": {"id": 77, "email": "jane@example.com", "first_name": "Jane", "last_name": "Doe", "phone": null},
		"billing_address": {
			"first_name": "Jane", "last_name": "Doe", "phone": "+1 503 555 0100", "city": "Portland", "province": "Oregon",
			"province_code": "OR", "zip": "97201", "country": "United States", "country_code": "US"
		},
		"line_items": [
			{
				"id": 9001, "product_id": 8001, "variant_id": 7001, "sku": "JACKET-M", "title": "Rain Jacket", "price": "79.90", "quantity": 1,
				"gift_card": false
			},
			{
				"id": 9002, "product_id": 8002, "variant_id": 7002, "sku": "SOCKS", "title": "Socks", "price": "9.95", "quantity": 2,
				"gift_card": false
			}
		],
		"shipping_lines": [{"id": 1, "price": "0.00", "title": "Free"}]
	}`) as Order<{ line_items: Lines; customer: IDataObject }>,
	woocommerce: order(`{
		"id": 727, "number": "727", "status": "processing", "currency": "EUR", "discount_total": "0.00", "total": "35.90",
		"order_key": "wc_order_1",
		"billing": {
			"first_name": "Jürgen", "last_name": "Groß", "city": "Köln", "state": "", "postcode": "50667", "country": "DE",
			"email": "juergen@example.com", "phone": ""
		},
		"line_items": [
			{
				"id": 315, "name": "T-Shirt - Blue", "product_id": 93, "variation_id": 94, "sku": "SHIRT-BLUE", "quantity": 2,
				"price": 14.950000000000001, "total": "29.90"
			},
			{"id": 316, "name": "Mug", "product_id": 22, "variation_id": 0, "sku": "MUG", "quantity": 1, "price": 6, "total": "6.00"}
		],
		"shipping_lines": [{"id": 317, "method_title": "DHL", "total": "0.00"}]
	}`) as Order<{ line_items: Lines; billing: IDataObject }>,
	bigcommerce: order(`{
		"id": 118, "status_id": 11, "status": "Awaiting Fulfillment", "payment_method": "Credit Card", "total_inc_tax": "61.9500",
		"discount_amount": "2.0000", "coupon_discount": "3.0000", "currency_code": "USD", "is_deleted": false,
		"billing_address": {
			"first_name": "Jane", "last_name": "Doe", "phone": "", "city": "Austin", "state": "Texas", "zip": 78751, "country": "United States",
			"country_iso2": "US", "email": "jane@example.com"
		},
		"products": [
			{
				"id": 10, "order_id": 118, "product_id": 201, "variant_id": 477, "sku": "LAMP-R", "name": "Lamp", "type": "physical",
				"price_inc_tax": "56.9500", "quantity": 1
			},
			{
				"id": 11, "order_id": 118, "product_id": 202, "variant_id": 478, "sku": "BULB", "name": "Bulb", "type": "physical",
				"price_inc_tax": "5.0000", "quantity": 2
			}
		]
	}`) as Order<{ products: Lines }>,
	magento: order(`{
		"entity_id": 5, "increment_id": "000000005", "state": "processing", "status": "processing", "customer_email": "jane@example.com",
		"grand_total": 70, "discount_amount": -5.5, "order_currency_code": "USD",
		"billing_address": {
			"firstname": "Jane", "lastname": "Doe", "telephone": "512-555-0111", "city": "Austin", "region": "Texas", "region_code": "TX",
			"postcode": "78758", "country_id": "US"
		},
		"items": [
			{"item_id": 1, "product_id": 67, "product_type": "configurable", "sku": "TEE-XS", "name": "Tee", "price": 29.5, "qty_ordered": 2},
			{
				"item_id": 2, "parent_item_id": 1, "product_id": 52, "product_type": "simple", "sku": "TEE-XS", "name": "Tee-XS", "price": 0,
				"qty_ordered": 2
			},
			{"item_id": 3, "product_id": 14, "product_type": "simple", "sku": "BAG", "name": "Bag", "price": 11, "qty_ordered": 1}
		],
		"extension_attributes": {"shipping_assignments": [{"items": [{"item_id": 3, "sku": "BAG", "price": 11, "qty_ordered": 1}]}]}
	}`) as Order<{ items: Array<IDataObject & { price: number }> }>,
	salesforce: order(`{
		"orderNo": "00028011", "status": "new", "currency": "GBP", "orderTotal": 76.2,
		"customerInfo": {"email": "jane@example.com", "customerName": "Jane Doe"},
		"billingAddress": {
			"firstName": "Jane", "lastName": "Doe", "phone": "", "city": "London", "postalCode": "E1 6AN", "countryCode": "GB"
		},
		"productItems": [
			{"itemId": "a1", "productId": "7016M", "productName": "Shirt", "basePrice": 30.1, "price": 60.2, "quantity": 2},
			{"itemId": "a2", "productId": "7017M", "productName": "Belt", "basePrice": 16, "price": 16, "quantity": 1}
		],
		"shippingItems": [{"itemId": "s1", "itemText": "Shipping", "price": 0}]
	}`) as Order<{ productItems: Lines }>,
	commercetools: order(`{
		"type": "Order", "id": "92f5a867-bf19-47ab-982c-6720a03a3921", "orderNumber": "CT-17", "orderState": "Open",
		"customerEmail": "jane@example.com",
		"totalPrice": {"currencyCode": "EUR", "centAmount": 4990, "fractionDigits": 2},
		"billingAddress": {"firstName": "Jane", "lastName": "Doe", "city": "Wien", "postalCode": "1010", "country": "AT"},
		"lineItems": [
			{
				"id": "l1", "productId": "c5c75935-595a-4cc3-a80e-24e9a9c55094", "name": {"de": "Teekanne", "en": "Teapot"},
				"variant": {"id": 1, "sku": "POT-1", "key": "pot-red"},
				"price": {"value": {"currencyCode": "EUR", "centAmount": 3990, "fractionDigits": 2}},
				"quantity": 1
			},
			{
				"id": "l2", "productId": "c5c75935-595a-4cc3-a80e-24e9a9c55095", "name": {"de": "Tee", "en": "Tea"},
				"variant": {"id": 1, "sku": "TEA-1", "key": "tea-green"},
				"price": {"value": {"currencyCode": "EUR", "centAmount": 500, "fractionDigits": 2}},
				"quantity": 2
			}
		],
		"customLineItems": [{"id": "x", "name": {"en": "Wrapping"}, "money": {"centAmount": 100}}]
	}`) as Order<{ lineItems: Array<IDataObject & { price: IDataObject }> }>,
	shopware: order(`{
		"id": "0194a7e4a3d1", "orderNumber": "10042", "amountTotal": 59.97, "currency": {"isoCode": "EUR"},
		"stateMachineState": {"technicalName": "open"},
		"orderCustomer": {"email": "jane@example.com", "firstName": "Jane", "lastName": "Doe"},
		"billingAddress": {"city": "Bremen", "zipcode": "28195", "phoneNumber": "0421 123456", "country": {"iso": "DE"}},
		"lineItems": [
			{
				"id": "i1", "type": "product", "productId": "aa11", "label": "Scarf", "unitPrice": 19.99, "quantity": 1,
				"payload": {"productNumber": "SW-1", "parentId": "aa00"}
			},
			{
				"id": "i2", "type": "product", "productId": "bb22", "label": "Hat", "unitPrice": 24.99, "quantity": 2,
				"payload": {"productNumber": "SW-2"}
			},
			{"id": "i3", "type": "promotion", "label": "10 € off", "unitPrice": -10, "quantity": 1, "payload": {}}
		]
	}`) as Order<{ lineItems: Lines }>,
	squarespace: order(`{
		"id": "6519c771", "orderNumber": "2685", "channel": "web", "testmode": false, "customerEmail": "jane@example.com",
		"billingAddress": {
			"firstName": "Jane", "lastName": "Doe", "city": "Leeds", "state": "", "countryCode": "GB", "postalCode": "LS1 1AA"
		},
		"fulfillmentStatus": "PENDING",
		"lineItems": [
			{
				"id": "6519c758", "sku": "CAP-G", "productId": "6519a644", "variantId": "f54a4e59", "productName": "Cap", "quantity": 1,
				"unitPricePaid": {"value": "50.00", "currency": "GBP"}, "lineItemType": "PHYSICAL_PRODUCT"
			}
		],
		"discountTotal": {"value": "5.00", "currency": "GBP"}, "grandTotal": {"value": "56.00", "currency": "GBP"}
	}`),
	stripe: order(`{
		"id": "cs_live_1", "object": "checkout.session", "amount_total": 4990, "currency": "eur", "customer_email": null,
		"customer_details": {
			"email": "jane@example.com", "name": "Jane Doe", "phone": "+43 1 5550100",
			"address": {"city": "Wien", "country": "AT", "postal_code": "1010", "state": null}
		},
		"livemode": true, "mode": "payment", "payment_status": "paid", "status": "complete", "total_details": {"amount_discount": 0},
		"line_items": {
			"object": "list",
			"data": [
				{
					"id": "li_1", "object": "item", "amount_total": 4990, "description": "Teapot",
					"price": {"id": "price_1", "unit_amount": 2495, "product": {"id": "prod_1", "name": "Teapot", "metadata": {"sku": "POT-1"}}},
					"quantity": 2
				}
			]
		}
	}`) as Order<{ line_items: { data: Lines } }>,
	vtex: order(`{
		"orderId": "v71425090str-01", "sequence": "71425090", "sellerOrderId": "00-v71425090str-01", "status": "handling", "value": 5458,
		"totals": [{"id": "Items", "value": 6999}],
		"items": [
			{"uniqueId": "E1CA", "id": "5830010", "productId": "4301268", "refId": "11167127", "name": "Shirt M", "quantity": 1, "price": 6999}
		],
		"clientProfileData": {"email": "jane@example.com", "firstName": "Jane", "lastName": "Doe", "phone": "+5521555550100"},
		"shippingData": {"address": {"city": "Rio de Janeiro", "state": "RJ", "postalCode": "21020-402", "country": "BRA"}},
		"storePreferencesData": {"countryCode": "BRA", "currencyCode": "BRL"}
	}`),
	wix: order(`{
		"id": "e0e2e0e2", "number": "10042", "status": "APPROVED", "paymentStatus": "PAID", "fulfillmentStatus": "NOT_FULFILLED",
		"currency": "USD",
		"buyerInfo": {"email": "jane@example.com", "contactId": "c0c0"},
		"billingInfo": {
			"contactDetails": {"firstName": "Jane", "lastName": "Doe", "phone": "+1 503 555 0100"},
			"address": {"country": "US", "subdivision": "US-OR", "city": "Portland", "postalCode": "97201"}
		},
		"priceSummary": {
			"discount": {"amount": "0.00", "formattedAmount": "$0.00"}, "total": {"amount": "219.99", "formattedAmount": "$219.99"}
		},
		"lineItems": [
			{
				"id": "item-001", "productName": {"original": "Headphones"},
				"catalogReference": {"catalogItemId": "prod-12345", "options": {"variantId": "var-1"}},
				"quantity": 1, "price": {"amount": "199.99", "formattedAmount": "$199.99"}, "physicalProperties": {"sku": "HP-1"},
				"itemType": {"preset": "PHYSICAL"}
			}
		]
	}`),
	ecwid: order(`{
		"id": "K8XTQ", "internalId": 516483487, "email": "jane@example.com", "total": 11.98, "couponDiscount": 0, "paymentStatus": "PAID",
		"fulfillmentStatus": "AWAITING_PROCESSING",
		"items": [{"id": 140273658, "productId": 66722487, "price": 5.99, "sku": "00004", "quantity": 2, "name": "Cherry"}],
		"billingPerson": {
			"name": "Jane Doe", "firstName": "Jane", "lastName": "Doe", "city": "Portland", "countryCode": "US", "postalCode": "97201",
			"stateOrProvinceCode": "OR"
		}
	}`),
	medusa: order(`{
		"id": "order_01H", "display_id": 42, "version": 1, "status": "pending", "payment_status": "captured", "email": "jane@example.com",
		"currency_code": "eur",
		"items": [
			{
				"id": "ordli_01H", "title": "T-Shirt", "quantity": 2, "unit_price": 12.5, "variant_sku": "TS-M", "product_id": "prod_1",
				"variant_id": "variant_1"
			}
		],
		"billing_address": {
			"first_name": "Jane", "last_name": "Doe", "city": "Aarhus", "province": null, "postal_code": "8000", "country_code": "dk"
		},
		"discount_total": 0, "total": 30
	}`) as Order<{ items: Lines }>,
	nuvemshop: order(`{
		"id": 450789469, "number": 306, "store_id": "97902", "contact_email": "jane@example.com", "contact_name": "Jane Doe",
		"currency": "BRL", "discount": "0.00", "total": "291.35", "status": "open", "payment_status": "paid", "shipping_status": "unpacked",
		"products": [
			{
				"id": 516763823, "product_id": 87219151, "variant_id": 332977991, "sku": "WAND", "name": "Varinha", "price": "58.07",
				"quantity": 5
			}
		],
		"shipping_address": {
			"name": "Jane Doe", "phone": "+553355550100", "city": "Vitória", "province": "Espirito Santo", "zipcode": "29580000",
			"country": "BR"
		}
	}`),
};

export type ShopName = keyof typeof SHOP_ORDERS;

/** The same order as Shopify's GraphQL Admin API gives it. */
export const SHOPIFY_GRAPHQL_ORDER = order(`{
	"id": "gid://shopify/Order/5001", "name": "#1001", "email": "jane@example.com", "test": false, "cancelledAt": null,
	"displayFinancialStatus": "PAID",
	"totalPriceSet": {"shopMoney": {"amount": "89.8", "currencyCode": "USD"}},
	"totalDiscountsSet": {"shopMoney": {"amount": "10.0", "currencyCode": "USD"}},
	"customer": {"firstName": "Jane", "lastName": "Doe", "phone": null},
	"billingAddress": {"phone": "+1 503 555 0100", "city": "Portland", "provinceCode": "OR", "zip": "97201", "countryCodeV2": "US"},
	"lineItems": {
		"edges": [
			{
				"node": {
					"title": "Rain Jacket", "quantity": 1, "sku": "JACKET-M", "isGiftCard": false,
					"originalUnitPriceSet": {"shopMoney": {"amount": "79.9", "currencyCode": "USD"}},
					"product": {"id": "gid://shopify/Product/8001"}, "variant": {"id": "gid://shopify/ProductVariant/7001"}
				}
			},
			{
				"node": {
					"title": "Socks", "quantity": 2, "sku": "SOCKS", "isGiftCard": false,
					"originalUnitPriceSet": {"shopMoney": {"amount": "9.95", "currencyCode": "USD"}},
					"product": {"id": "gid://shopify/Product/8002"}, "variant": {"id": "gid://shopify/ProductVariant/7002"}
				}
			}
		]
	}
}`) as Order<{
	customer: IDataObject;
	lineItems: { edges: Array<{ node: IDataObject }> };
	totalPriceSet: { shopMoney: IDataObject };
}>;
