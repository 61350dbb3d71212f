//go:build !noembed

package config

// Demo values: of the simulated accounts, which open nothing anywhere else; and the description of the API.
var demoDefaults = map[string]string{
	"WECHAT_OA_APP_ID": "wxdemo0000000000a1", "WECHAT_OA_APP_SECRET": "demo-oa-secret",
	"WECHAT_OA_TOKEN": "demooatoken", "WECHAT_OA_AES_KEY": "demoOfficialAccountAesKey000000000000000000",
	"WECHAT_MP_APP_ID": "wxdemo0000000000b2", "WECHAT_MP_APP_SECRET": "demo-mp-secret",
	"WECHAT_MP_TOKEN": "demomptoken", "WECHAT_MP_AES_KEY": "demoMiniProgramAesKey0000000000000000000000",
	"WECHAT_OA_MODE": "plain", // so that a push can be tried by hand
	"API_DOCS":       "true",
	// People try the demo without a telephone at hand, and turn its clock.
	"SECOND_FACTOR": nobody, "STAFF_IDLE": "0",
}

// fillDemo gives the demo the values that nobody set. One that is set but empty stays empty,
// so that it is reported like anywhere else.
func fillDemo(values map[string]string) {
	for name, value := range demoDefaults {
		if _, set := values[name]; !set && values[name+"_FILE"] == "" {
			values[name] = value
		}
	}
}
