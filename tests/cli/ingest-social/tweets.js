window.YTD.tweets.part0 = [
  {
    "tweet" : {
      "id_str" : "1445880548472328001",
      "created_at" : "Mon Mar 02 08:00:00 +0000 2026",
      "full_text" : "Morning #coffee",
      "retweet_count" : "0",
      "favorite_count" : "2",
      "entities" : { "urls" : [ ] },
      "lang" : "en"
    }
  }
]
