package wechat

import "iter"

// openIDPage is a page of a list of people, in the form that all of WeChat's lists have.
type openIDPage struct {
	Count int `json:"count"`
	Data  struct {
		OpenIDs []string `json:"openid"`
	} `json:"data"`
	Next string `json:"next_openid"`
}

// maxPages ends a list that WeChat never ends: ten million people.
const maxPages = 1000

// pages walks a list. It ends at a page without people or without a next one; where the next page would
// be one that has been, it ends with an error instead of going round for ever, as the SDK does.
func pages(api string, fetch func(next string) (openIDPage, error)) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		next, seen := "", map[string]bool{"": true}
		for range maxPages {
			p, err := fetch(next)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(p.Data.OpenIDs) == 0 && p.Count > 0 {
				yield(nil, unexpected(api, "page without its people"))
				return
			}
			if len(p.Data.OpenIDs) == 0 || !yield(p.Data.OpenIDs, nil) || p.Next == "" {
				return
			}
			if seen[p.Next] {
				break
			}
			next, seen[p.Next] = p.Next, true
		}
		yield(nil, unexpected(api, "list goes in circles"))
	}
}
