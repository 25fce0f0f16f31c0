"""Token formats of cloud providers, AI services and observability."""

from openclaw_hooks.secrets.model import token

_AWS_IDS = "docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids"
_AZURE = "learn.microsoft.com/en-us/entra/identity-platform/howto-create-service-principal-portal"
_GOOGLE_KEYS = "cloud.google.com/docs/authentication/api-keys"
_GOOGLE_OAUTH = "developers.google.com/identity/protocols/oauth2"
_DIGITALOCEAN = "docs.digitalocean.com/reference/api/create-personal-access-token/"
_CLOUDFLARE = "developers.cloudflare.com/fundamentals/api/get-started/token-formats/"
_ALIBABA = "alibabacloud.com/help/en/ram/user-guide/create-an-accesskey-pair"
_YANDEX = "yandex.cloud/en/docs/iam/concepts/authorization/"
_OPENAI = "platform.openai.com/docs/api-reference/authentication"
_ANTHROPIC = "docs.anthropic.com/en/api/overview#authentication"
_GRAFANA = "grafana.com/docs/grafana/latest/administration/service-accounts/"
_NEWRELIC = "docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/"
_SENTRY = "docs.sentry.io/account/auth-tokens/"

FORMATS = (
    token("aws-access-key-id", "AWS access key id", _AWS_IDS, "AKIA ASIA ABIA ACCA A3T", "(?:AKIA|ASIA|ABIA|ACCA)<u16>|A3T[A-Z0-9]<u16>", "mixed"),
    token("aws-bedrock-key", "Amazon Bedrock API key", "docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html", "ABSKQmVkcm9ja0FQSUtleS bedrock-api-key-", "ABSKQmVkcm9ja0FQSUtleS[A-Za-z0-9+/]{60,300}={0,2}|bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=]{20,2000}"),
    token("aws-mws-token", "Amazon MWS auth token", "docs.developer.amazonservices.com/en_US/dev_guide/DG_Registering.html", "amzn.mws.", r"amzn\.mws\.<uuid>"),
    token("aws-session-token", "AWS session token", "docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_use-resources.html", "FQoGZXIvYXdzE IQoJb3JpZ2luX2Vj FwoGZXIvYXdzE", "(?:FQoGZXIvYXdzE|IQoJb3JpZ2luX2Vj|FwoGZXIvYXdzE)[A-Za-z0-9+/=]{40,2000}"),
    token("alibaba-access-key-id", "Alibaba Cloud access key id", _ALIBABA, "LTAI", "LTAI<w12,26>", "mixed"),
    token("alibaba-sts-key-id", "Alibaba Cloud STS access key id", _ALIBABA, "STS.", r"STS\.[A-Za-z0-9]{20,30}"),
    token("tencent-secret-id", "Tencent Cloud secret id", "cloud.tencent.com/document/product/598/40488", "AKID", "AKID<w32>"),
    token("gcp-api-key", "Google API key", _GOOGLE_KEYS, "AIza", "AIza<s35>"),
    token("gcp-bound-api-key", "Google API key bound to a service account", _GOOGLE_KEYS, "AQ.Ab", r"AQ\.Ab<s45,60>"),
    token("google-oauth-client-secret", "Google OAuth client secret", _GOOGLE_OAUTH, "GOCSPX-", "GOCSPX-<s28>"),
    token("google-oauth-token", "Google OAuth access token", _GOOGLE_OAUTH, "ya29.", r"ya29\.[A-Za-z0-9_.-]{24,1000}"),
    token("google-refresh-token", "Google OAuth refresh token", _GOOGLE_OAUTH, "1//0", "1//0<s40,>", "mixed"),
    token("google-hmac-key", "Google Cloud storage HMAC id", "cloud.google.com/storage/docs/authentication/hmackeys", "GOOG1", "GOOG1[A-Z]<u51,57>"),
    token("azure-client-secret", "Microsoft Entra client secret", _AZURE, "Q~", r"[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}", lead=4),
    token("azure-account-key", "Azure account key", "learn.microsoft.com/en-us/azure/storage/common/storage-account-keys-manage", "AccountKey= SharedAccessKey= AccessKey=", "(?:Account|SharedAccess|Access)Key=(?P<secret>[A-Za-z0-9+/]{42,88}={1,2})"),
    token("azure-sas-signature", "Azure shared access signature", "learn.microsoft.com/en-us/azure/storage/common/storage-sas-overview", "sig=", r"[?&](?:amp;)?sig=(?P<secret>[A-Za-z0-9%/+]{43,70}(?:=|%3[Dd]))", lead=5),
    token("azure-identifiable-key", "Azure key with a provider signature", "learn.microsoft.com/en-us/azure/azure-functions/function-keys-how-to", "AzFu AzSe ACRp ACDb AzCa AIoT APIM ASTt +AMC +ASt +ABa +AEh +ARm", r"<b33,76>(?:AzFu|AzSe[A-D]|\+ASt|\+AMC|\+ABa|\+AEh|\+ARm|\+ACR|ACDb|AzCa|AIoT|APIM)<b5,8>={0,2}", lead=76),
    token("digitalocean-token", "DigitalOcean token", _DIGITALOCEAN, "dop_v1_ doo_v1_ dor_v1_", "do[por]_v1_<h64>"),
    token("cloudflare-origin-ca-key", "Cloudflare origin CA key", _CLOUDFLARE, "v1.0-", r"v1\.0-<h24>-<h146>"),
    token("cloudflare-token", "Cloudflare API token", _CLOUDFLARE, "cfut_ cfat_ cfk_ cfoat_", "cf(?:ut|at|k|oat)_<s40,64>"),
    token("databricks-token", "Databricks access token", "docs.databricks.com/aws/en/dev-tools/auth/pat", "dapi", "dapi<h32>(?:-<d1>)?"),
    token("databricks-oauth-secret", "Databricks OAuth secret", "docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m", "dose", "dose<h32>"),
    token("aiven-token", "Aiven token", "aiven.io/docs/platform/concepts/authentication-tokens", "aivenv1", "aivenv1[A-Za-z0-9+/=]{60,500}"),
    token("yandex-iam-token", "Yandex Cloud IAM token", _YANDEX + "iam-token", "t1.", r"t1\.[A-Za-z0-9_-]{3,500}={0,2}\.[A-Za-z0-9_-]{60,120}={0,2}"),
    token("yandex-api-key", "Yandex Cloud API key", _YANDEX + "api-key", "AQVN", "AQVN<s35,38>"),
    token("yandex-static-key", "Yandex Cloud static access key", _YANDEX + "access-key", "YC", "YC<s38>", "mixed-case"),
    token("yandex-oauth-token", "Yandex OAuth token", "yandex.com/dev/id/doc/en/", "y0_", "y0__?<s50,70>"),
    token("scaleway-key", "Scaleway access key", "scaleway.com/en/docs/iam/how-to/create-api-keys/", "SCW", "SCW<u17>", "mixed"),
    token("openai-key", "OpenAI API key", _OPENAI, "T3BlbkFJ", "sk-(?:(?:proj|svcacct|admin|None|service)-)?<s16,100>T3BlbkFJ<s16,100>", lead=112),
    token("openai-project-key", "OpenAI project, service account or admin key", _OPENAI, "sk-proj- sk-svcacct- sk-admin-", "sk-(?:proj|svcacct|admin)-<s40,250>"),
    token("anthropic-key", "Anthropic API key", _ANTHROPIC, "sk-ant-", "sk-ant-(?:api|admin|sid|oat|ort)<d2>-<s24,200>"),
    token("openrouter-key", "OpenRouter API key", "openrouter.ai/docs/api-reference/authentication", "sk-or-", "sk-or-v1-<h64>"),
    token("langfuse-secret-key", "Langfuse secret key", "langfuse.com/faq/all/where-are-langfuse-api-keys", "sk-lf-", "sk-lf-<uuid>"),
    token("prefixed-sk-key", "API key of the sk- family (DeepSeek, Moonshot, LiteLLM and others)", "api-docs.deepseek.com/", "sk-", "sk-(?:<h32>|<w48,51>)", "mixed"),
    token("huggingface-token", "Hugging Face token", "huggingface.co/docs/hub/security-tokens", "hf_", "hf_<a34,40>|hf_<w34>", "mixed-case"),
    token("huggingface-org-token", "Hugging Face organisation token", "huggingface.co/docs/hub/security-tokens", "api_org_", "api_org_<w34>"),
    token("groq-key", "Groq API key", "console.groq.com/docs/quickstart", "gsk_", "gsk_<w40,64>"),
    token("xai-key", "xAI API key", "docs.x.ai/docs/overview", "xai-", "xai-<s70,100>"),
    token("perplexity-key", "Perplexity API key", "docs.perplexity.ai/guides/getting-started", "pplx-", "pplx-<w40,64>"),
    token("replicate-token", "Replicate API token", "replicate.com/docs/topics/security/api-tokens", "r8_", "r8_<w37>"),
    token("nvidia-key", "NVIDIA API key", "docs.nvidia.com/nim/large-language-models/latest/getting-started.html", "nvapi-", "nvapi-<s60,70>"),
    token("cerebras-key", "Cerebras API key", "inference-docs.cerebras.ai/quickstart", "csk-", "csk-<l40,60>"),
    token("fireworks-key", "Fireworks AI API key", "docs.fireworks.ai/getting-started/quickstart", "fw_", "fw_<w22,24>", "mixed-case"),
    token("together-key", "Together AI API key", "docs.together.ai/docs/quickstart", "tgp_v1_", "tgp_v1_<s40,50>"),
    token("elevenlabs-key", "ElevenLabs API key", "elevenlabs.io/docs/api-reference/authentication", "sk_", "sk_<h48>"),
    token("tavily-key", "Tavily API key", "docs.tavily.com/documentation/quickstart", "tvly-", "tvly-(?:dev-|prod-)?<s24,60>"),
    token("langsmith-key", "LangSmith API key", "docs.smith.langchain.com/administration/how_to_guides/organization_management/create_account_api_key", "lsv2_", "lsv2_(?:pt|sk)_<h32>_<h10>"),
    token("jina-key", "Jina AI API key", "jina.ai/api-dashboard/", "jina_", "jina_<h32><s28>"),
    token("wandb-key", "Weights & Biases API key", "docs.wandb.ai/support/find_api_key/", "wandb_v1_", "wandb_v1_<s70,90>"),
    token("pinecone-key", "Pinecone API key", "docs.pinecone.io/guides/projects/manage-api-keys", "pcsk_", "pcsk_<w4,8>_<w50,70>"),
    token("voyage-key", "Voyage AI API key", "docs.voyageai.com/docs/api-key-and-installation", "pa-", "pa-<s43>", "mixed-case"),
    token("dify-key", "Dify application key", "docs.dify.ai/en/guides/application-publishing/developing-with-apis", "app-", "app-<w24>", "mixed-case"),
    token("grafana-service-token", "Grafana service account token", _GRAFANA, "glsa_", "glsa_<w32>_<H8>"),
    token("grafana-cloud-token", "Grafana Cloud access policy token", "grafana.com/docs/grafana-cloud/security-and-account-management/authentication-and-permissions/access-policies/", "glc_", "glc_eyJ[A-Za-z0-9+/]{30,400}={0,2}"),
    token("grafana-api-key", "Grafana API key", _GRAFANA, "eyJrIjoi", "eyJrIjoi[A-Za-z0-9+/]{60,400}={0,3}"),
    token("newrelic-key", "New Relic key", _NEWRELIC, "NRAK- NRII- NRIQ- NRRA- NRJS- NRSP- NRAL- NRBR- NRLS- NRAA-", "NR(?:AK|II|IQ|RA|SP|AL|LS|AA)-<s25,42>|NR(?:JS|BR)-<h19>"),
    token("newrelic-license-key", "New Relic license key", _NEWRELIC, "NRAL", "<h32,40>(?:FFFF)?NRAL", lead=44),
    token("pixie-key", "Pixie API or deploy key", "docs.px.dev/reference/admin/api-keys/", "px-dep- px-api-", "px-(?:dep|api)-<uuid>"),
    token("datadog-token", "Datadog application key or client token", "docs.datadoghq.com/account_management/api-app-keys/", "ddapp_ ddpat_", "dd(?:app|pat)_<w34,64>"),
    token("dynatrace-token", "Dynatrace token", "docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens", "dt0", r"dt0[a-z]<d2>\.<u24>\.<u64>"),
    token("sentry-token", "Sentry auth token", _SENTRY, "sntrys_ sntryu_ sntrya_ sntryi_", "sntrys_eyJ[A-Za-z0-9+/]{20,300}={0,2}_<s30,50>|sntry[uai]_<h64>"),
    token("honeycomb-key", "Honeycomb ingest key", "docs.honeycomb.io/configure/environments/manage-api-keys/", "hcaik_ hcalk_ hcxik_ hcxmk_", "hc(?:a[il]|x[im])k_<w26,64>"),
    token("posthog-key", "PostHog personal API key", "posthog.com/docs/api#personal-api-keys-recommended", "phx_ phs_", "ph[xs]_<s32,64>"),
    token("rootly-key", "Rootly API key", "docs.rootly.com/api-reference/overview", "rootly_", "rootly_<h64>"),
    token("segment-token", "Segment public API token", "docs.segmentapis.com/", "sgp_", "sgp_<w64>"),
    token("configcat-sdk-key", "ConfigCat SDK key", "configcat.com/docs/sdk-reference/overview/", "configcat-sdk-", "configcat-sdk-1/<s22>/<s22>"),
    token("devcycle-key", "DevCycle SDK key", "docs.devcycle.com/sdk/", "dvc_", "dvc_(?:server|client|mobile)_<s20,60>"),
    token("elastic-key", "Elastic Cloud API key", "elastic.co/docs/deploy-manage/api-keys/elastic-cloud-api-keys", "essu_", "essu_[A-Za-z0-9_+/=-]{40,120}"),
    token("upstash-token", "Upstash Redis REST token", "upstash.com/docs/redis/features/restapi", "AX AY AZ", r"A[XYZ][A-Za-z0-9]{2}A[AS](?:I|gQ)[A-Za-z0-9+/_-]{44,60}=?=?"),
)  # fmt: skip
