package wxsim

import "net/http"

// route is one endpoint: who may call it, how often a day, and what it does.
type route struct {
	method string // POST endpoints refuse GET; GET endpoints take either, as WeChat does
	path   string
	kind   kind
	daily  int  // calls per day and account, 0 = not limited
	minute int  // calls per minute and account, 0 = not limited
	open   bool // needs no access_token
	file   bool // takes a form with a file, not JSON
	sends  bool // reaches a person, so the fault "accepted, then cut" applies
	handle apiFunc
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

// routeTable lists every endpoint with the quotas of a verified account.
func routeTable() []route {
	return []route{
		{method: get, path: "/cgi-bin/token", kind: kindAny, daily: 2000, open: true, handle: apiToken},
		{method: post, path: "/cgi-bin/stable_token", kind: kindAny, daily: 500000, open: true, handle: apiStableToken},
		{method: get, path: "/cgi-bin/getcallbackip", kind: kindAny, handle: apiCallbackIP},
		{method: get, path: "/cgi-bin/get_api_domain_ip", kind: kindAny, handle: apiCallbackIP},
		{method: post, path: "/cgi-bin/clear_quota", kind: kindAny, handle: apiClearQuota},
		{method: post, path: "/cgi-bin/openapi/quota/get", kind: kindAny, handle: apiQuotaGet},

		{method: get, path: "/cgi-bin/user/info", kind: kindOA, daily: 5000000, handle: apiUserInfo},
		{method: get, path: "/cgi-bin/user/get", kind: kindOA, daily: 500, handle: apiUserGet},
		{method: post, path: "/cgi-bin/tags/create", kind: kindOA, daily: 1000, handle: apiTagCreate},
		{method: get, path: "/cgi-bin/tags/get", kind: kindOA, daily: 1000, handle: apiTagGet},
		{method: post, path: "/cgi-bin/tags/members/batchtagging", kind: kindOA, daily: 100000, handle: apiTagMembers},
		{method: post, path: "/cgi-bin/tags/members/batchuntagging", kind: kindOA, daily: 100000, handle: apiUntagMembers},
		{method: post, path: "/cgi-bin/tags/getidlist", kind: kindOA, daily: 100000, handle: apiTagsOfUser},

		{method: post, path: "/cgi-bin/message/custom/send", kind: kindAny, daily: 500000, sends: true, handle: apiCustomSend},
		{method: post, path: "/cgi-bin/message/custom/typing", kind: kindAny, daily: 500000, handle: apiTyping},
		{method: post, path: "/cgi-bin/menu/create", kind: kindOA, daily: 1000, handle: apiMenuCreate},
		{method: get, path: "/cgi-bin/menu/get", kind: kindOA, daily: 10000, handle: apiMenuGet},
		{method: get, path: "/cgi-bin/menu/delete", kind: kindOA, daily: 1000, handle: apiMenuDelete},
		{method: post, path: "/cgi-bin/qrcode/create", kind: kindOA, daily: 100000, handle: apiQRCreate},

		{method: get, path: "/cgi-bin/template/get_all_private_template", kind: kindOA, handle: apiTemplateList},
		{method: post, path: "/cgi-bin/template/api_add_template", kind: kindOA, handle: apiTemplateAdd},
		{method: post, path: "/cgi-bin/template/del_private_template", kind: kindOA, handle: apiTemplateDelete},
		{method: get, path: "/wxaapi/newtmpl/gettemplate", kind: kindAny, handle: apiNewTemplateList},
		{method: post, path: "/wxaapi/newtmpl/addtemplate", kind: kindAny, handle: apiNewTemplateAdd},
		{method: post, path: "/wxaapi/newtmpl/deltemplate", kind: kindAny, handle: apiNewTemplateDelete},
		{method: get, path: "/wxaapi/newtmpl/getcategory", kind: kindAny, handle: apiCategory},
		{method: post, path: "/cgi-bin/message/template/send", kind: kindOA, daily: 100000, sends: true, handle: apiTemplateSend},
		{method: post, path: "/cgi-bin/message/subscribe/bizsend", kind: kindOA, sends: true, handle: apiBizSend},
		{method: post, path: "/cgi-bin/message/subscribe/send", kind: kindMP, daily: 10000000, sends: true, handle: apiSubscribeSend},
		{method: post, path: "/cgi-bin/message/mass/sendall", kind: kindOA, daily: 100, sends: true, handle: apiMassSendAll},
		{method: post, path: "/cgi-bin/message/mass/send", kind: kindOA, daily: 100, sends: true, handle: apiMassSend},
		{method: post, path: "/cgi-bin/message/mass/get", kind: kindOA, handle: apiMassGet},
		{method: post, path: "/cgi-bin/message/mass/preview", kind: kindOA, daily: 100, sends: true, handle: apiMassPreview},
		{method: post, path: "/cgi-bin/message/mass/delete", kind: kindOA, handle: apiMassDelete},
		{method: post, path: "/cgi-bin/message/mass/speed/get", kind: kindOA, handle: apiMassSpeedGet},
		{method: post, path: "/cgi-bin/message/mass/speed/set", kind: kindOA, handle: apiMassSpeedSet},

		{method: get, path: "/sns/jscode2session", kind: kindMP, open: true, handle: apiCodeToSession},
		{method: post, path: "/wxa/business/getuserphonenumber", kind: kindMP, handle: apiPhoneNumber},

		{method: get, path: "/sns/oauth2/access_token", kind: kindOA, minute: 50000, open: true, handle: apiWebAccess},
		{method: get, path: "/sns/oauth2/refresh_token", kind: kindOA, minute: 50000, open: true, handle: apiWebRefresh},
		{method: get, path: "/sns/auth", kind: kindOA, open: true, handle: apiWebAuth},
		{method: get, path: "/sns/userinfo", kind: kindOA, open: true, handle: apiWebUserInfo},

		{method: post, path: "/cgi-bin/menu/addconditional", kind: kindOA, daily: 2000, handle: apiMenuAdd},
		{method: post, path: "/cgi-bin/menu/delconditional", kind: kindOA, daily: 2000, handle: apiMenuRemove},
		{method: post, path: "/cgi-bin/menu/trymatch", kind: kindOA, daily: 20000, handle: apiMenuTry},
		{method: post, path: "/cgi-bin/tags/update", kind: kindOA, daily: 1000, handle: apiTagUpdate},
		{method: post, path: "/cgi-bin/tags/delete", kind: kindOA, daily: 1000, handle: apiTagDelete},
		{method: post, path: "/cgi-bin/user/tag/get", kind: kindOA, daily: 1000, handle: apiTagPeople},
		{method: post, path: "/cgi-bin/user/info/batchget", kind: kindOA, daily: 5000000, handle: apiUserBatch},
		{method: post, path: "/cgi-bin/user/info/updateremark", kind: kindOA, daily: 10000, handle: apiRemark},

		{method: get, path: "/cgi-bin/ticket/getticket", kind: kindOA, daily: 1000000, handle: apiTicket},
		{method: get, path: "/cgi-bin/media/get", kind: kindAny, daily: 200000, handle: apiMediaGet},
		{method: post, path: "/cgi-bin/media/upload", kind: kindAny, daily: 100000, file: true, handle: apiMediaUpload},
		{method: post, path: "/cgi-bin/openapi/rid/get", kind: kindAny, handle: apiRID},
		{method: post, path: "/wxa/getwxacodeunlimit", kind: kindMP, minute: 5000, handle: apiMiniCode},
		{method: post, path: "/wxa/generate_urllink", kind: kindMP, daily: 500000, handle: apiURLLink},
		{method: post, path: "/wxa/query_urllink", kind: kindMP, handle: apiURLLinkQuery},
		{method: post, path: "/wxa/generatescheme", kind: kindMP, daily: 500000, handle: apiScheme},
		{method: post, path: "/wxa/msg_sec_check", kind: kindMP, daily: 2000000, minute: 4000, handle: apiTextCheck},
		{method: post, path: "/wxa/media_check_async", kind: kindMP, daily: 200000, minute: 2000, handle: apiMediaCheck},
		{method: get, path: "/wxa/checksession", kind: kindMP, handle: apiCheckSession},
	}
}

func routeMap() map[string]route {
	m := map[string]route{}
	for _, r := range routeTable() {
		m[r.path] = r
	}
	return m
}
