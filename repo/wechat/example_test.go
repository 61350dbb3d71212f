package wechat_test

import (
	"fmt"
	"net/url"
	"time"

	"bangfu/config"
	"bangfu/repo/wechat"
	"bangfu/service/model"
)

// A push of the account in WeChat's own document: what stands in its address and its body goes in, a message that was
// checked, decrypted and decoded comes out. Reply would answer it, encrypted with the key that fitted.
func ExampleCodec() {
	account := config.Account{AppID: "wxba5fad812f8e6fb9", Token: "AAAAA", AESKey: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", Mode: "safe"}
	codec := wechat.NewCodec(model.ChannelMini, account, func() time.Time { return time.Unix(1714112445, 0) })

	address, _ := url.Parse("/wechat/mp?timestamp=1714112445&nonce=415670741&encrypt_type=aes&msg_signature=046e02f8204d34f8ba5fa3b1db94908f3df2e9b3")
	push, err := codec.Open(address.Query(), []byte(`{"ToUserName":"gh_97417a04a28d","Encrypt":"`+documentedPush+`"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(push.Inbound.Type, push.Inbound.Event, "for", push.Inbound.ToUser)

	q := address.Query()
	q.Set("nonce", "415670742")
	_, err = codec.Open(q, []byte(`{"ToUserName":"gh_97417a04a28d","Encrypt":"`+documentedPush+`"}`))
	fmt.Println("with another nonce:", model.KindOf(err))
	// Output:
	// event debug_demo for gh_97417a04a28d
	// with another nonce: forbidden
}
