"""Token formats of messaging, mail, payment, commerce and office services."""

from openclaw_hooks.secrets.model import passage, token

_SLACK = "api.slack.com/concepts/token-types"
_SLACK_HOOKS = "api.slack.com/messaging/webhooks"
_DISCORD = "discord.com/developers/docs/reference#authentication"
_FACEBOOK = "developers.facebook.com/docs/facebook-login/guides/access-tokens/"
_STRIPE = "docs.stripe.com/keys"
_SQUARE = "developer.squareup.com/docs/build-basics/access-tokens"
_SHOPIFY = "shopify.dev/docs/apps/build/authentication-authorization/access-tokens"
_PLAID = "plaid.com/docs/api/tokens/"
_EASYPOST = "docs.easypost.com/docs/authentication"
_LINEAR = "linear.app/developers/graphql"
_POLAR = "docs.polar.sh/integrate/oat"
_SETTLEMINT = "console.settlemint.com/documentation/platform-components/security-and-authentication/"
_MAPBOX = "docs.mapbox.com/help/dive-deeper/access-tokens/"
_TEAMS = "learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook"

FORMATS = (
    token("slack-bot-token", "Slack bot token", _SLACK, "xoxb-", "xoxb-<d8,14>-<d8,14>-<w18,34>|xoxb-<d8,14>-<w18,34>"),
    token("slack-user-token", "Slack user token", _SLACK, "xoxp- xoxe-", "xox[pe](?:-<d8,14>){2,3}-<w20,40>|xox[pe](?:-<d8,14>){1,3}-<w10,20>"),
    token("slack-legacy-token", "Slack token of an older kind", _SLACK, "xoxs- xoxo- xoxa- xoxr- xoxc- xoxd-", r"xox[sord](?:-<d6,14>){2,3}-<w8,40>|xox[ar]-(?:\d-)?<w8,48>|xoxc(?:-<d8,14>){3}-<h64>|xoxd-[A-Za-z0-9%/+_-]{40,300}"),
    token("slack-app-token", "Slack app-level token", _SLACK, "xapp-", r"xapp-\d-<u8,14>-<d10,14>-<l40,80>|xapp-<d10,14>-[A-Za-z0-9/+]{18,40}"),
    token("slack-config-token", "Slack configuration token", _SLACK, "xoxe.xox xoxe-", r"xoxe\.xox[bp]-\d-<w140,200>|xoxe-\d-<w120,180>"),
    token("slack-webhook", "Slack webhook address", _SLACK_HOOKS, "hooks.slack.com/", r"hooks\.slack\.com/(?:services/T<u5,14>/B<u5,14>/<w16,32>|(?:workflows|triggers)/[A-Za-z0-9+/]{36,70})"),
    token("discord-bot-token", "Discord bot token", _DISCORD, "MT MD Mj Mz NT ND Nj Nz OT OD Oj Oz", r"[MNO]<s21,29>\.<s6>\.<s27,40>", "none"),
    token("discord-webhook", "Discord webhook address", "discord.com/developers/docs/resources/webhook", "discord.com/api/webhooks/ discordapp.com/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/<d16,20>/<s60,80>"),
    token("teams-webhook", "Microsoft Teams webhook address", _TEAMS, "webhook.office.com/ outlook.office.com/webhook/ outlook.office365.com/webhook/", r"(?:webhook\.office\.com/webhookb2|outlook\.office(?:365)?\.com/webhook)/<uuid>@<uuid>/IncomingWebhook/<h32>/<uuid>(?:/<s20,60>)?", "none"),
    token("google-chat-webhook", "Google Chat webhook address", "developers.google.com/workspace/chat/quickstart/webhooks", "chat.googleapis.com/v1/spaces/", r"chat\.googleapis\.com/v1/spaces/<s8,16>/messages\?key=AIza<s35>&token=[A-Za-z0-9_%-]{30,90}"),
    token("zapier-webhook", "Zapier webhook address", "help.zapier.com/hc/en-us/articles/8496288690317", "hooks.zapier.com/", r"hooks\.zapier\.com/hooks/catch/<d5,10>/<w6,10>"),
    token("telegram-bot-token", "Telegram bot token", "core.telegram.org/bots/api#authorizing-your-bot", ":A", "<d8,10>:A<s34>|<d8,10>:A<s32,35>", "telegram", lead=10),
    token("facebook-token", "Facebook access token", _FACEBOOK, "EAA", "EAA[A-Za-z0-9]{60,400}|EAA(?:CEdEose0cB|M|C)<w20,400>", "mixed-case"),
    token("instagram-token", "Instagram access token", "developers.facebook.com/docs/instagram-platform/", "IGQ IGAA", "(?:IGQ|IGAA)<s60,300>", "mixed-case"),
    token("twitter-bearer-token", "X bearer token", "docs.x.com/resources/fundamentals/authentication/oauth-2-0/bearer-tokens", "AAAAAAAAAAAAAAAAAAAA", "A{20,24}[B-Za-z0-9][A-Za-z0-9]{3,40}(?:%[0-9A-F]{2}<w1,60>){1,4}"),
    token("linkedin-secret", "LinkedIn client secret", "learn.microsoft.com/en-us/linkedin/shared/authentication/authentication", "WPL_AP", r"WPL_AP\d\.<w16>\.<w4,8>=="),
    token("twilio-key", "Twilio API key id", "twilio.com/docs/iam/api-keys", "SK", "SK<h32>"),
    token("sendgrid-key", "SendGrid API key", "www.twilio.com/docs/sendgrid/ui/account-and-settings/api-keys", "SG.", r"SG\.<s20,24>\.<s39,50>|SG\.[A-Za-z0-9_=-]{66}|SG\.[A-Za-z0-9_=.-]{66}"),
    token("mailgun-key", "Mailgun private key", "documentation.mailgun.com/docs/mailgun/api-reference/authentication/", "key-", "key-<h32>"),
    token("mailchimp-key", "Mailchimp API key", "mailchimp.com/developer/marketing/guides/quick-start/", "-us", r"<h32>-us<d1,2>", lead=32),
    token("brevo-key", "Brevo API or SMTP key", "developers.brevo.com/docs/getting-started", "xkeysib- xsmtpsib-", "x(?:keys|smtps)ib-<h64>-<w16>"),
    token("resend-key", "Resend API key", "resend.com/docs/dashboard/api-keys/introduction", "re_", "re_<w8>_<w24>|re_<w9>_<w20,24>"),
    token("stripe-key", "Stripe secret or restricted key", _STRIPE, "sk_live_ rk_live_ sk_test_ rk_test_ sk_prod_ rk_prod_", "[sr]k_(?:live|test|prod)_<w16,120>", "mixed"),
    token("stripe-webhook-secret", "Webhook signing secret of Stripe and Svix", "docs.stripe.com/webhooks/signature", "whsec_", "whsec_[A-Za-z0-9+/]{24,64}={0,2}"),
    token("square-token", "Square access token", _SQUARE, "EAAA sq0", r"EAAA<s56,62>|sq0(?:atp|idp)-<s22>|sq0csp-[A-Za-z0-9_\]-]{43}"),
    token("paypal-token", "PayPal Braintree access token", "developer.paypal.com/braintree/docs/guides/authorization/", "access_token$", r"access_token\$(?:production|sandbox)\$<l16>\$<h32>"),
    token("razorpay-key", "Razorpay key", "razorpay.com/docs/payments/dashboard/account-settings/api-keys/", "rzp_", "rzp_(?:live|test)_<w14>"),
    token("plaid-token", "Plaid access token", _PLAID, "access-", "access-(?:sandbox|development|production)-<uuid>"),
    token("flutterwave-key", "Flutterwave key", "developer.flutterwave.com/docs/authentication", "FLWSECK FLWPUBK", "FLW(?:SEC|PUB)K(?:_TEST)?-<h12,40>(?:-X)?"),
    token("paystack-key", "Paystack secret key", "paystack.com/docs/api/authentication/", "sk_live_ sk_test_", "sk_(?:live|test)_<h40>"),
    token("adyen-key", "Adyen API key", "docs.adyen.com/development-resources/api-credentials/", "AQE", r"AQE<b50,180>=?=?-[A-Za-z0-9+/=]{30,50}-[!-~]{10,20}"),
    token("midtrans-key", "Midtrans server key", "docs.midtrans.com/docs/midtrans-account", "Mid-server- SB-Mid-server-", "(?:SB-)?Mid-server-<s20,32>"),
    token("lob-key", "Lob API key", "docs.lob.com/#section/Authentication", "live_ test_", "(?:live|test)_<h35>|(?:live|test)_pub_<h31>"),
    token("duffel-token", "Duffel access token", "duffel.com/docs/api/overview/making-requests/authentication", "duffel_", "duffel_(?:test|live)_[A-Za-z0-9_=-]{43}"),
    token("easypost-key", "EasyPost API key", _EASYPOST, "EZAK EZTK", "EZ[AT]K<w54>"),
    token("shippo-token", "Shippo API token", "docs.goshippo.com/docs/guides_general/authentication/", "shippo_", "shippo_(?:live|test)_<h40>"),
    token("gocardless-token", "GoCardless access token", "developer.gocardless.com/getting-started/api/making-your-first-request/", "live_ sandbox_", "(?:live|sandbox)_[A-Za-z0-9_=-]{40}", "mixed"),
    token("shopify-token", "Shopify token", _SHOPIFY, "shpat_ shpca_ shppa_ shpss_ shptka_ shpua_", "shp(?:at|ca|pa|ss|tka|ua)_<H32>"),
    token("ebay-secret", "eBay application secret", "developer.ebay.com/api-docs/static/creating-edp-applications.html", "PRD- SBX-", "(?:PRD|SBX)-<h8,12>(?:-<h4>){3}-<h4,12>"),
    token("amazon-oauth-secret", "Login with Amazon client secret", "developer.amazon.com/docs/login-with-amazon/register-web.html", "amzn1.oa2-cs.v1.", r"amzn1\.oa2-cs\.v1\.<h64>"),
    token("canva-secret", "Canva client secret", "www.canva.dev/docs/connect/authentication/", "cnvca", "cnvca<s40,64>"),
    token("klaviyo-key", "Klaviyo private key", "developers.klaviyo.com/en/docs/authenticate_", "pk_", "pk_<h34>|pk_<w6>_<h34>"),
    token("clickup-token", "ClickUp API token", "developer.clickup.com/docs/authentication", "pk_", "pk_<d6,10>_<u32>"),
    token("hubspot-token", "HubSpot private app token", "developers.hubspot.com/docs/api/private-apps", "pat-na pat-eu", r"pat-(?:na|eu)\d-<uuid>"),
    token("linear-key", "Linear API key or token", _LINEAR, "lin_", "lin_(?:api_<w40>|oauth_<h64>|wh_<w40>)"),
    token("notion-token", "Notion integration token", "developers.notion.com/docs/authorization", "ntn_ secret_", "ntn_<w40,50>|secret_<w43>"),
    token("airtable-token", "Airtable personal access token", "airtable.com/developers/web/guides/personal-access-tokens", "pat", r"pat<w14>\.<h64>"),
    token("asana-token", "Asana personal access token", "developers.asana.com/docs/personal-access-token", "1/1 1/2 1/3 1/4 1/5 1/6 1/7 1/8 1/9 2/1 2/2 2/3 2/4 2/5 2/6 2/7 2/8 2/9", r"[12]/<d12,16>(?:/<d12,16>)?:<h32>"),
    token("figma-token", "Figma token", "www.figma.com/developers/api#access-tokens", "figd_ figor_ figo_ figoh_", "fig(?:d|or|o|oh|u|ur)_<s36,60>"),
    token("frameio-token", "Frame.io token", "developer.frame.io/docs/getting-started/authentication", "fio-u-", "fio-u-[A-Za-z0-9_=-]{64}"),
    token("postman-key", "Postman API key", "learning.postman.com/docs/developer/postman-api/authentication/", "PMAK-", "PMAK-<h24>-<h34>"),
    token("readme-key", "ReadMe API key", "docs.readme.com/main/reference/intro/authentication", "rdme_", "rdme_<l70,72>"),
    token("typeform-token", "Typeform token", "www.typeform.com/developers/get-started/personal-access-token/", "tfp_", "tfp_[A-Za-z0-9_.=-]{44,70}"),
    token("contentful-token", "Contentful management token", "www.contentful.com/developers/docs/references/authentication/", "CFPAT-", "CFPAT-<s43>"),
    token("dropbox-token", "Dropbox access token", "developers.dropbox.com/oauth-guide", "sl.", r"sl\.(?:u\.)?<s80,>"),
    token("mapbox-token", "Mapbox secret or temporary token", _MAPBOX, "sk.ey tk.ey", r"[st]k\.ey[A-Za-z0-9_-]{30,200}\.<s20,24>", "none"),
    token("cloudinary-url", "Cloudinary environment address", "cloudinary.com/documentation/cloudinary_credentials_tutorial", "cloudinary://", r"cloudinary://<d15>:(?P<secret><s20,40>)@"),
    token("adobe-secret", "Adobe client secret", "developer.adobe.com/developer-console/docs/guides/authentication/", "p8e- p8- s8-", "(?:p8e-|p8-|s8-)<s32>"),
    token("adafruit-key", "Adafruit IO key", "io.adafruit.com/api/docs/#authentication", "aio_", "aio_<w28>"),
    token("ramp-credential", "Ramp client credential", "docs.ramp.com/developer-api/v1/authorization", "ramp_id_ ramp_sec_", "ramp_(?:id|sec)_<w40,48>"),
    token("polar-token", "Polar access token", _POLAR, "polar_", "polar_(?:at_u|at_o|oat|pat|cs|rt_u|rt_o)_<w30,50>"),
    token("proof-key", "Proof API key", "dev.proof.com/docs/api-keys", "proof_", "proof_(?:live|test)_<w20,60>"),
    token("settlemint-token", "SettleMint access token", _SETTLEMINT, "sm_pat_ sm_aat_ sm_sat_", "sm_[pas]at_<w16,>"),
    token("teamwork-token", "Teamwork API token", "apidocs.teamwork.com/guides/teamwork/authentication", "tkn.v1_", r"tkn\.v1_[A-Za-z0-9+/]{60,100}={0,2}"),
    token("scrapfly-key", "Scrapfly API key", "scrapfly.io/docs/scrape-api/getting-started", "scp-live- scp-test-", "scp-(?:live|test)-<h32>"),
    token("trello-token", "Trello API token", "developer.atlassian.com/cloud/trello/guides/rest-api/api-introduction/", "ATTA", "ATTA<h64><H8>"),
    token("zuplo-key", "Zuplo API key", "zuplo.com/docs/articles/api-key-authentication", "zpka_", "zpka_<h32>_<h8>"),
    token("intra42-secret", "42 API client secret", "api.intra.42.fr/apidoc/guides/web_application_flow", "s-s4t2", "s-s4t2(?:ud|af)-<h64>"),
    token("lichess-token", "Lichess token", "lichess.org/api#section/Introduction/Authentication", "lip_", "lip_<w20>"),
    token("ionic-token", "Ionic personal access token", "ionic.io/docs/appflow/personal-access-tokens", "ion_", "ion_<w42>"),
    token("maxmind-key", "MaxMind license key", "dev.maxmind.com/license-key/", "_mmk", "<w6>_<w29>_mmk", lead=36),
    token("salesforce-session", "Salesforce session id", "developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_oauth_and_connected_apps.htm", "00D", r"00D<w12,15>![A-Za-z0-9_.]{80,140}"),
    passage("kagi-token", "Kagi session link", "help.kagi.com/kagi/getting-started/setting-default.html", "kagi.com/search?token=", r"kagi\.com/search\?token=(?P<secret>[A-Za-z0-9_.-]{40,120})"),
)  # fmt: skip
