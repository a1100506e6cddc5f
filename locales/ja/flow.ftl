# キュレーターの 1 日: `psod-match kb adopt, promote, demote, retire, assign-ids, …`

flow-dry-run = 何も書き込みません (--dry-run)
flow-refused = { $id }: 拒否 ({ $code }): { $text }
flow-status = { $id } は { $status } になりました。差分を確認してコミットしてください
flow-no-review = { $id }: 取り消すレビューがありません ({ $status })
flow-retired-already = { $id }: すでに廃止されています: { $reason }
refused-no-issue = --kb のディレクトリに問題 { $id } はありません
refused-not-draft = { $id } は { $detail } です。test にできるのは下書きだけです。test の問題を reviewed にするには --reviewer NAME を付けます
refused-not-test = { $id } は { $detail } です。reviewed にできるのは test の問題だけです。先に作成者が `psod-match kb promote { $id }` を実行します
refused-already-reviewed = { $id } はすでにレビュー済みです: { $detail }
refused-stale-review = { $id } はレビューの後に変わりました ({ $detail })。`psod-match kb review { $id }` を読み直してください。古いレビューは `psod-match kb demote { $id }` で取り消せます
refused-own-review = { $id } を書いたのは { $detail } です。別の人がレビューする必要があります
refused-no-crash-text = { $id } にはクラッシュのテキストがありません。`psod-match kb adopt CRASH --as { $id }` で追加できます
refused-no-near-miss = { $id } にはニア ミスがありません。`psod-match kb adopt CRASH --near { $id }` で、似ているが別のクラッシュを追加できます
refused-lint-findings = { $id } には lint の指摘があります: { $detail }
refused-trial-not-clean = { $id } は、自分のものではないクラッシュの答えになってしまいます: { $detail }。`psod-match kb try` で並べて確認できます

## ID

ids-given = { $draft } → { $id }
ids-taken = { $draft }: { $id } は別の問題として存在します。1 つにまとめるか、先に別の記事を挙げてください
ids-none = DRAFT-… という名前で test または reviewed の問題はありません

## 取り込むクラッシュ

not-adopted-not-decided = クラッシュ { $crash }: どの問題かをまだ誰も決めていません { $detail }。`psod-match ledger decide` で決めます。ファイルには --as または --near を付けます
not-adopted-decided-otherwise = クラッシュ { $crash }: 別の決定があります ({ $detail })
not-adopted-unknown-issue = クラッシュ { $crash }: 問題 { $detail } はありません
not-adopted-same-text = クラッシュ { $crash }: { $detail } に同じテキストがあります
not-adopted-not-read-back = クラッシュ { $crash }: { $detail } のために書き込むテキストが、同じクラッシュとして読み取れません。手作業で保存してください

## すること

todo-unmatched = { $about }: { $title }。既知の問題なし、クラッシュ { $crashes } 件、ホスト { $hosts } 台、最後は { $last }
todo-reopened = { $about }: { $issue } が、{ $fix } の修正を含むビルド { $build } で再発しました (クラッシュ { $crash })
todo-regressed = クラッシュ { $about }: { $issue } が、{ $fix } の修正を含むビルド { $build } で発生しました
todo-never-hit = { $about }: 一致した記録済みのクラッシュがありません: { $title }
todo-old-review = { $about }: レビューは { $day } のものです: { $title }
todo-lead = 記事 { $about }: 該当なしのクラッシュ { $crashes } 件がこの記事の名前を含みます。{ $title }
todo-nothing = することはありません
todo-more = { $kind }: 残り { $count } 件。--most 0 ですべて表示します
todo-no-ledger = { $path }: 台帳がないので、記録済みのクラッシュについては何も言えません
todo-kind-unmatched = 既知の問題がないまとまり
todo-kind-reopened = 再び開かれたまとまり
todo-kind-regressed = 修正を含むビルドでのクラッシュ
todo-kind-never-hit = 一度も一致していない問題
todo-kind-old-review = 古いレビュー
todo-kind-lead = クラッシュに名前がある記事

## 近い問題

near-heading = { $issue }: { $title } ({ $percent } %)
near-nothing = { $of } に近い既知の問題はありません
label-both-cite = 共通の記事
label-same-fix = 共通の修正

## 数

stats-what = 項目
stats-all = 全体
stats-own = 自チーム
stats-issues = 問題
stats-without-kind = パニックの種類の指定なし
stats-articles = 記事
stats-without-article = 記事のない問題
stats-crash-texts = クラッシュのテキスト
stats-one-crash-text = クラッシュのテキストが 1 つ以下の問題
stats-near-misses = ニア ミス
stats-unknown = 未知のクラッシュ
stats-reviewed = レビュー済み
stats-changed-since = レビュー後に変更
stats-old-reviews = 18 か月より前のレビュー
stats-oldest = 最も古いレビュー
stats-median = 中央のレビュー
stats-never-hit = 台帳で一度も一致なし

## 問題の変更

changelog-added = 新しい問題
changelog-renamed = ID が変わった問題
changelog-pattern = パターンの変更
changelog-status = 状態の変更
changelog-fix = 修正の変更
changelog-text = 本文の変更
changelog-retired = 廃止した問題
changelog-removed = ファイルがなくなった問題
changelog-detail = { $issue } ({ $detail })
changelog-nothing = 変更された問題はありません

## レビュー シート

label-author = 作成者
label-reviewed = レビュー
label-base = 比較の基準
label-sheet = シート
label-weakest-own = 自分の最低
label-strongest-other = 他の最高
label-rival = 競合
review-may = 別の人が promote できます
review-may-not = まだ promote できません
review-finding = lint: { $finding }
review-trial = クラッシュへの影響
review-counts = クラッシュ { $crashes } 件: 新たに一致 { $in }、一致しなくなる { $out }、他から奪う { $stolen }、他に奪われる { $lost }。テキストと矛盾する答え { $wrong } 件
review-more = 残り { $count } 件は数に含めましたが表示していません
review-fixtures = クラッシュのテキストとニア ミス
review-crash-text = { $path }: { $verdict } { $first }。この問題の確信度 { $confidence }。{ $source }
review-near-miss = { $path } (ニア ミス): { $verdict } { $first }。この問題の確信度 { $confidence }。{ $source }
review-not-as-expected = { $path } への答えが期待と違います: { $verdict }
review-diff = 差分
