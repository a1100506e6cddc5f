# 知識ベースの検索、一覧、表示、書き出しのテキスト

## The card of an issue.

label-title = タイトル
label-strength = 強さ
label-lines = ライン
label-exception = 例外
label-message = メッセージ
label-source = ソース
label-frames = フレーム
label-some = いずれか
label-telling = 固有
label-shared = 共有
label-plumbing = 共通の経路
label-forbid = 除外
label-log = ログ行
label-component = 部品
label-function = 関数
label-module = モジュール
label-notes = 備考
label-owner = 提供元
label-advice = 助言

card-status = { $status }、{ $created }、{ $author }
card-fix-own = { $lines }: { $release }
card-fix-later = { $lines }: このラインに修正はなく、最も近い修正版は { $release } です
strength-frames = フレームだけで証明されます
strength-texts = ほかの問題にはないテキストで証明されます
strength-possible = 可能性を示すだけです
guidance-title = { $kinds } についての助言
guidance-title-every = すべてのクラッシュについての助言

heading-cause = 原因
heading-fix = 修正
heading-workaround = 回避策
heading-notes = 備考
heading-signature = シグネチャ { $name }
heading-signatures = シグネチャ
heading-crash-texts = クラッシュのテキスト
heading-near-misses = 似ているがこの問題ではないクラッシュ
heading-related = よく似た問題

## The list and the search.

list-nothing = 条件に合う問題はありません
list-build-unknown = ビルド { $build } はリリースの一覧にありません。代わりに --line でアップデート ラインを指定してください
search-all = すべての語を含むもの { $count } 件
search-some = すべての語を含むもの { $count } 件、一部の語を含むもの { $more } 件
search-some-only = すべての語を含むものはありません。一部の語を含むもの { $count } 件
search-shown = 最初の { $count } 件を表示しています。--most でさらに表示します
search-nothing = { $question } に一致するものはありません
search-unknown = { $word } という語はどのテキストにもありません
search-near = { $word } という語はどのテキストにもありません。{ $near } のことですか?
search-part = 一部の語
column-id = id
column-title = タイトル
column-why = 理由
column-status = 状態
column-strength = 強さ
column-crashes = 件数
column-build = ビルド

## The site.

site-title = パープル スクリーンの既知の原因
site-about = パープル スクリーン (PSOD) で停止する VMware ESX および ESXi の既知の問題 { $issues } 件について、現れ方、原因、修正を含むビルドを示します。
site-skip = 本文へ
site-navigation = ページ
site-search = 検索: 関数、メッセージ、モジュール、記事の番号、語句
site-search-found = すべての語を含むもの { $all } 件、一部の語を含むもの { $some } 件
site-search-none = 見つかりませんでした
site-search-some = 一部の語
site-no-script = 検索には JavaScript が必要です。すべてのページは以下のリンクから開けます。
site-issues = 既知の問題
site-lines = アップデート ライン
site-modules = モジュール
site-guidance = 一般的な助言
site-guidance-note = 一般的な助言はパニック メッセージの種類についてのもので、一致を示すものではありません。
site-releases = リリース
site-date = 日付
site-fixes = 修正される問題
site-fixed-in = 修正版: { $release }
site-fixed-later = このラインに修正はなく、最も近い修正版は { $release }
site-no-fixed-build = 修正済みのビルドは示されていません
site-no-issue = 既知の問題はありません。
site-module = モジュール { $module }
site-line = アップデート ライン { $line }
site-footer = psod-match { $tool } が知識ベース { $digest } から作成しました。Broadcom および VMware とは関係がありません。
owner-vmkernel = カーネル自体
owner-inbox = VMware
owner-partner = ハードウェアまたはソフトウェアのパートナー
owner-unknown = 不明

export-written = { $files } 個のファイルを { $place } に書き込みました
