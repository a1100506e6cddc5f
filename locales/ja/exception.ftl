# Texts of exceptions, error types and module owners; see main.ftl.

## 例外の名前

exception-name-0 = 除算エラー
exception-name-1 = デバッグ例外
exception-name-2 = マスク不可割り込み (NMI)
exception-name-3 = ブレークポイント
exception-name-4 = オーバーフロー
exception-name-5 = BOUND 範囲超過
exception-name-6 = 無効オペコード
exception-name-7 = デバイス使用不可
exception-name-8 = ダブル フォルト
exception-name-9 = コプロセッサ セグメント オーバーラン (予約)
exception-name-10 = 無効 TSS
exception-name-11 = セグメント不在
exception-name-12 = スタック セグメント フォルト
exception-name-13 = 一般保護違反
exception-name-14 = ページ違反
exception-name-16 = x87 浮動小数点エラー
exception-name-17 = アライメント チェック
exception-name-18 = マシン チェック例外
exception-name-19 = SIMD 浮動小数点例外
exception-name-20 = 仮想化例外
exception-name-21 = 制御保護例外
exception-name-28 = ハイパーバイザー インジェクション例外
exception-name-29 = VMM 通信例外
exception-name-30 = セキュリティ例外
exception-name-reserved = 予約
exception-name-interrupt = 割り込み

## 例外の意味

exception-meaning-0 = 整数を 0 で割ったか、商がレジスタに収まりませんでした。
exception-meaning-1 = ハードウェア ブレークポイントやシングル ステップなど、デバッグの条件が成立しました。
exception-meaning-2 = ハードウェアまたは別の PCPU が、ソフトウェアでは保留できない割り込みを送りました。
exception-meaning-3 = INT3 命令が実行されました。デバッガが置いたブレークポイントか、意図的に停止するコードです。
exception-meaning-4 = オーバーフロー フラグが立った状態で INTO 命令が実行されました。
exception-meaning-5 = BOUND 命令が、範囲外のインデックスを検出しました。
exception-meaning-6 = 存在しない命令、または現在のモードでは許されない命令をプロセッサが実行しようとしました。
exception-meaning-7 = 浮動小数点またはベクトル演算のユニットが無効な状態で、その命令が実行されました。
exception-meaning-8 = 例外の受け渡し中に 2 つ目の例外が発生しました。スタックを使い切ったか、スタックが失われている場合が多くあります。
exception-meaning-9 = 387 コプロセッサだけが発生させたもので、その後のプロセッサでは発生しません。
exception-meaning-10 = カーネルのスタックを保持するタスク状態セグメントが無効です。
exception-meaning-11 = 存在しないと記されたセグメントがロードされました。
exception-meaning-12 = スタック ポインタがセグメントの外に出たか、正規形のアドレスではありません。
exception-meaning-13 = 権限のないメモリ、またはポインタとして許されないアドレスが使われました。このほかの禁止された操作の多くもこの例外になります。
exception-meaning-14 = アドレスのページがマッピングされていないか、そのページへのアクセスが許可されていません。
exception-meaning-16 = x87 命令で、マスクされていないエラーが発生しました。
exception-meaning-17 = アライメントの検査が有効な状態で、整列していないアドレスが使われました。
exception-meaning-18 = プロセッサが、キャッシュ、バス、メモリ、I/O などのハードウェアのエラーを検出しました。
exception-meaning-19 = SSE または AVX 命令で、マスクされていない数値エラーが発生しました。
exception-meaning-20 = 仮想化例外を使うゲストで、ネストしたページ テーブルの違反が発生しました。
exception-meaning-21 = リターンまたは間接分岐の行き先が、シャドウ スタックまたは分岐先の目印と一致しませんでした。
exception-meaning-28 = 保護されたゲストに対して、処理待ちのイベントがあることをハイパーバイザーが知らせました。
exception-meaning-29 = 暗号化されたゲストが、ハイパーバイザーに依頼すべき操作を行いました。
exception-meaning-30 = INIT のリダイレクトなど、プロセッサのセキュリティ イベントです。
exception-meaning-reserved = この番号の例外を発生させるプロセッサはありません。表示された場合は、記述子テーブルかメッセージが壊れています。
exception-meaning-interrupt = デバイス、タイマー、PCPU 間の通知に使われる番号で、それ自体はエラーではありません。

## プロセッサが積むエラー コード

exception-code-none = なし
exception-code-zero = あり (常に 0)
exception-code-selector = あり: セレクタ。セグメントが関係しない場合は 0
exception-code-page = あり: アクセスの内容を示すビット
exception-code-control-protection = あり: 失敗した検査
exception-code-vm-exit = あり: ゲストから抜けた理由
exception-code-security = あり: セキュリティ イベントの種類

## 発生元

exception-raised-instruction = カーネル、ドライバ、プログラムのいずれかの命令
exception-raised-debugger = デバッガ、またはこの例外を発生させるための命令
exception-raised-delivery = 別の例外の受け渡しに失敗したプロセッサ
exception-raised-hardware = ハードウェア (プログラムの動作とは無関係)
exception-raised-hypervisor = 下位のハイパーバイザー (ゲスト内でのみ発生)
exception-raised-interrupt = デバイス、タイマー、他の PCPU
exception-raised-nobody = なし

exception-maker-all = すべての x86 プロセッサ
exception-maker-intel = Intel プロセッサ
exception-maker-amd = AMD プロセッサ

## 記事 1004250 での扱い

exception-listing-named = この名前で記載
exception-listing-missing = 一覧に記載なし
exception-listing-reserved = 20 ~ 31 を予約として記載
exception-listing-user-defined = 32 ~ 255 をユーザー定義 (クロック、スケジューラ) として記載

## ESXi での表示

exception-shown-usual = パニック メッセージに略号と番号で表示: #GP Exception 13 in world … (4.0 では #GP Exception(13)、3.5 では Exception type 13)
exception-shown-nmi = LINT1/NMI (motherboard nonmaskable interrupt)、NMI IPI: Panic requested by another PCPU、または NMI ハンドラによるパニック要求として表示。番号では表示されません
exception-shown-opcode = #UD Exception 6 in world … と表示。スタック トレースに Int6_UD2Assert がある場合は、この命令にコンパイルされた ASSERT です
exception-shown-double-fault = #DF Exception 8 IP … SP … と表示。多くの場合ワールドは表示されません
exception-shown-page-fault = #PF Exception 14 in world … IP … addr … と表示。その後にページ テーブル エントリ (PTEs) が続きます
exception-shown-machine-check = Machine Check Exception on PCPUnn in world … または Hardware (Machine) Error と表示。#MC Exception 18 とは表示されません
exception-shown-never = パープル スクリーンには表示されません

## エラー コードのビット

error-code-present = ページは存在するが、そのアクセスが許可されていない
error-code-not-present = ページが存在しない
error-code-write = 書き込みアクセス
error-code-read = 読み取りアクセス
error-code-user = ユーザー モード
error-code-supervisor = スーパーバイザー モード (カーネルまたはドライバ)
error-code-reserved-bit = ページ テーブル エントリの予約ビットが立っている (ページ テーブルが壊れている疑い)
error-code-fetch = 命令のフェッチ
error-code-protection-key = 保護キーがアクセスを禁止している
error-code-shadow-stack = シャドウ スタックへのアクセス
error-code-hlat = ハイパーバイザーのリニア アドレス変換で検出
error-code-sgx = SGX がアクセスを拒否した
error-code-rmp = プロセッサのリバース マップ テーブルがアクセスを禁止している
error-code-no-selector = セグメントは関係しない
error-code-external = プログラム外部のイベントの受け渡し中
error-code-not-external = プログラム自身が発生させた
error-code-idt = 割り込み記述子テーブルのインデックス
error-code-ldt = ローカル記述子テーブルのセレクタ
error-code-gdt = グローバル記述子テーブルのセレクタ
error-code-index = そのテーブル内のエントリ
error-code-vector = 受け渡せなかった割り込みまたは例外の番号
error-code-always-zero = 常に 0 (意味を持たない)
error-code-not-zero = 0 であるべき値 (書き換えまたは読み違い)
error-code-near-ret = near リターンの行き先がシャドウ スタックと一致しない
error-code-far-ret = far リターンまたは IRET の行き先がシャドウ スタックと一致しない
error-code-endbranch = 間接分岐の行き先が ENDBRANCH 命令ではない
error-code-rstorssp = RSTORSSP が有効なトークンを見つけられない
error-code-setssbsy = SETSSBSY が有効なトークンを見つけられない
error-code-enclave = SGX エンクレーブの中
error-code-exit = ゲストの終了コード
error-code-init = INIT がリダイレクトされた
error-code-unknown = 立っているが、意味は不明

## コマンド

exception-title = 例外 { $number }: { $name }
label-mnemonic = 略号
label-error-code = エラーコード
label-raised-by = 発生元
label-on = 対象
label-in-article = 記事 1004250
label-on-screen = 画面での表示
exception-unknown = { $input } は例外ではありません。0 ~ 255 の番号 (14、0xe) または略号 (#PF、PF) を指定してください
exception-bad-code = { $input } はエラー コードではありません。2 や 0x2 のような数値を指定してください
exception-code-not-captured = 画面上のエラー コード -1 は、値が取得されなかったことを示します
exception-has-no-code = 例外 { $number } はエラー コードを積みません。積むのは 8、10 ~ 14、17、21、29、30 です

## modules.csv に関する `kb lint` の指摘

## エラーの種類: メッセージの意味

error-type-side-hardware = ハードウェア
error-type-side-firmware = ファームウェアまたはその設定
error-type-side-driver = ドライバ
error-type-side-vmkernel = VMkernel またはそのモジュール
error-type-side-guest-triggered = 仮想マシンの動作がきっかけ
error-type-side-deliberate = 意図的
error-type-side-unknown = メッセージからは判断できない

error-type-arm-exception = ARM 版 ESXi の例外です。ec は例外のクラス、far はアクセスしたアドレスを示します。
error-type-assert = コードが前提とする条件が成立しませんでした (ASSERT)。多くはソフトウェアの不具合です。
error-type-assert-firewall = NSX 分散ファイアウォールの状態テーブルの検査に失敗しました。
error-type-assert-heap = メモリ アロケータが、正しいはずのない操作を要求されました。それ以前に、メモリの二重解放または上書きが起きています。
error-type-assert-module = VMkernel 本体以外のモジュールで、条件が成立しませんでした。メッセージ内のパスがモジュールを示します。
error-type-assert-not-reached = 到達するはずのない箇所にコードが到達しました (NOT REACHED)。vSAN など一部のモジュールは、データを保護するために意図的にこの方法でホストを停止します。
error-type-boot-device-lost = 起動デバイスに長時間アクセスできなかったため、ホストが意図的に停止しました。
error-type-cos-oops = VMkernel ではなく、サービス コンソールの Linux カーネルに障害が発生しました。VMkernel の部分の下に Linux のトレースが表示されます。
error-type-cos-panic = サービス コンソールの Linux カーネルがパニックになり、VMkernel がそれをパープル スクリーンとして表示しています。
error-type-deliberate = 意図的に起こされたパニックです。修復の必要はありません。
error-type-hardware-mismatch = プロセッサの機能がそろっていないため、VMkernel を起動できません。
error-type-invalid-opcode = 存在しない命令をプロセッサが実行しようとしました。多くの場合、コードが壊れているか、誤ったアドレスにジャンプしています。
error-type-invalid-opcode-assert = コードが前提とする条件が成立しませんでした。ASSERT が無効な命令にコンパイルされたもので、コードの破損ではありません。
error-type-iommu-fault = デバイスのメモリ アクセスを IOMMU が拒否しました。デバイス、そのドライバ、またはそれを使うゲストが、自分のものではないメモリにアクセスしています。
error-type-iommu-unit = IOMMU 自体が要求を時間内に完了しませんでした。VT-d が有効な状態で、サーバ、ファームウェア、ESXi のバージョンの組み合わせに問題があります。
error-type-lost-heartbeat = サービス コンソールからのハートビートが 30 分間ありませんでした。多くの場合、メモリまたは CPU 時間が不足しています。
error-type-machine-check-cache = プロセッサの L3 キャッシュで、訂正できないエラーが検出されました。
error-type-machine-check-described = プロセッサがハードウェアのエラーを報告しました。メッセージの後の文字列がコンポーネントを示します。
error-type-machine-check-memory = ページを切り離せば回避できるメモリ エラーでしたが、VMkernel 自身がそのページを使用していました。
error-type-machine-check-on-pcpu = 示された PCPU がハードウェアのエラーを報告しました。バンクの値は、メッセージ前後のログ行にあります。
error-type-machine-check-unable = 処理を続行できないハードウェアのエラーを、プロセッサが報告しました。
error-type-nmi-handler = サーバ ベンダーのハンドラが NMI を調べてハードウェアの障害と判断し、パニックを要求しました。
error-type-nmi-ipi = この PCPU が応答しなくなったため、別の PCPU がパニックを要求しました。
error-type-nmi-lint1 = マザーボードが NMI を発生させました。PCI エラー、メモリ、プロセッサ、温度、電圧などが原因です。意図的に送られた場合もあります。
error-type-no-heartbeat = 示された PCPU が数秒間応答しませんでした。割り込み禁止のまま動作していたか、ファームウェアに占有されていたか、故障しています。
error-type-not-implemented = 想定されていない状況にコードが遭遇しました (NOT_IMPLEMENTED)。
error-type-other = メッセージがないか、既知のものではありません。ドライバまたはモジュールが独自に出力した可能性があります。
error-type-page-fault-null = カーネルまたはドライバが、ヌル ポインタからわずかに離れたアドレスを使用しました。ポインタが未設定か、すでに無効になっています。
error-type-page-fault-null-code = カーネルまたはドライバが、ヌル ポインタを介して関数を呼び出しました。
error-type-page-fault-vm = カーネルが仮想マシンのための処理中に、マッピングされていないアドレスを使用しました。その仮想マシンの動作がきっかけになっている可能性があります。
error-type-page-fault-vm-network = カーネルが仮想マシンのネットワーク パケットの処理中に、マッピングされていないアドレスを使用しました。
error-type-pci-error = PCI デバイスまたはブリッジが、どのドライバでも処理できないエラーを報告しました。
error-type-pcie = ファームウェアが PCI Express の致命的エラーを報告したため、カーネルが停止しました。ApeiHEST のログ行がデバイスを示します。
error-type-secure-boot = UEFI セキュア ブートが、ホストのパッケージを拒否しました。
error-type-secure-boot-time = 時刻が誤っていて証明書が有効期間外と判定されたため、UEFI セキュア ブートがパッケージを拒否しました。
error-type-security-violation = 構成は暗号化され、TPM とセキュア ブートの状態で封印されていますが、その状態が変わっています。
error-type-spin-count = ワールドがロックを待つ回数が上限を超えたため、カーネルはデッドロックと判断しました。
error-type-spin-count-lock = ワールドが括弧内のロックを待つ回数が上限を超えたため、カーネルはデッドロックと判断しました。
error-type-spin-count-pcpu = 示された PCPU が保持するロックをワールドが待つ回数が上限を超えたため、カーネルはデッドロックと判断しました。
error-type-tlb-ack = 示された PCPU が、ページ テーブルのキャッシュ (TLB) を消去する要求に応答しませんでした。ファームウェアに占有されている可能性があります。
error-type-tlb-ack-counted = 列挙された PCPU が、ページ テーブルのキャッシュ (TLB) を消去する要求に応答しませんでした。同時に多数ならファームウェア、1 つだけならその PCPU が実行していた処理が疑われます。
error-type-verify = リリース ビルドにも残る検査に失敗しました (VERIFY)。
error-type-vmklinux-bug = Linux ドライバ用の層である vmklinux の検査に失敗しました。ドライバがこの層を誤って使用しています。

## エラーの種類: 最初に行うこと

error-type-step-arm = スタック トレースの先頭の関数と、その後の括弧内のモジュールを検索します。
error-type-step-assert = メッセージ内のファイル名 (行番号を除く) と、パニック処理のフレームに続く関数を検索します。行番号はビルドごとに変わりますが、ファイル名は変わりません。
error-type-step-boot-device = ケーブル、アダプタ、ストレージ ネットワーク、アレイなど、起動デバイスへのパスを復旧してから、ホストを起動します。
error-type-step-clock = ファームウェア設定の日時を修正し、続いてホストの日時を修正します (esxcli system time get、esxcli hardware clock get)。それでも起動しない場合は、セキュア ブートを無効にして一度起動します。
error-type-step-console = EIP の後の関数と、その下のプロセスを確認します。障害の起きたサービス コンソールのドライバまたはエージェントがわかるので、更新するか削除します。
error-type-step-console-memory = メモリを使い切ったプロセスを /var/log/vmksummary で特定し、サービス コンソールのメモリを増やします。
error-type-step-culprit = メッセージが示す PCPU の保存されたスタック トレースを確認します。画面にない場合は、コア ダンプからログを抽出します (vmkdump_extract -l vmkernel-zdump.1)。パニック前のハートビート欠落のログも確認します。
error-type-step-deliberate = 実行者と理由を確認します (vsish の crashMe、または管理プロセッサからの NMI)。それ以前にホストがハングしていた場合は、コア ダンプを保管します。
error-type-step-double-fault = 画面のスタック トレースは誤解を招くことがあります。コア ダンプからログを抽出し (vmkdump_extract -l vmkernel-zdump.1)、パニック前の行を確認します。
error-type-step-driver = スタック トレースにあるドライバのバージョンと提供元を確認し (esxcli software vib list)、新しいドライバまたはネイティブ ドライバをインストールします。
error-type-step-fault = パニック処理のフレームに続く関数を検索し、そのモジュールのバージョンを確認します (esxcli software vib list)。画面が複数ある場合は比較します。毎回同じフレームならソフトウェア、毎回異なるならメモリが疑われます。
error-type-step-firmware = BIOS の更新の有無、サーバがこの ESXi バージョンに対応しているか、最近交換または変更したものを確認します。
error-type-step-frames = パニック処理のフレームに続く関数を検索し、そのモジュールの新しいバージョンを探します (esxcli software vib list)。
error-type-step-hardware = 障害発生時刻前後のサーバのハードウェア ログ (iLO、iDRAC、XCC、esxcli hardware ipmi sel list) を確認し、ベンダーの診断を実行して、ベンダーに連絡します。
error-type-step-iommu = PCI アドレスからデバイスを特定し (esxcli hardware pci list)、ドライバとファームウェアを更新して、どの仮想マシンが使用しているかを確認します。その後、ハードウェア ベンダーに診断を依頼します。
error-type-step-lock = ロックの名前と、それを待つ関数を検索します。重要なのはロックの保持者です。抽出したログで、他の PCPU のスタック トレースを確認します。
error-type-step-machine-check = 各バンクのステータスをデコードしてコンポーネントを特定し、サーバのハードウェア ログと比較して、ハードウェア ベンダーに連絡します。
error-type-step-memory = マシン チェックのアドレスまたはチャネルと、サーバのハードウェア ログからメモリ モジュールを特定し、交換します。
error-type-step-other = メッセージの固定部分と、パニック処理のフレームに続く関数を検索します。見つからない場合は、vm-support バンドルを収集してサポート リクエストを登録します。
error-type-step-pcie = 前後のログ行のアドレス (esxcli hardware pci list) とサーバのハードウェア ログからデバイスを特定し、ファームウェアとドライバを更新するか、交換します。
error-type-step-secure-boot = メッセージが示すパッケージを、イメージのものと比較します。TPM を変更した後は、BIOS の Physical Presence の設定を確認します。
error-type-step-security = TPM とセキュア ブートのファームウェア設定を元に戻すか、リカバリ キーを使ってホストを起動します。
error-type-step-silent = 応答しない PCPU が何をしていたかを、抽出したログで確認します (vmkdump_extract -l vmkernel-zdump.1)。BIOS を更新し、電源管理の設定を確認します。
error-type-step-vm = ワールドが示す仮想マシンと、そのゲストの動作を記録し、パニック処理のフレームに続く関数を検索します。ホストを更新するまでは、仮想デバイスまたはその設定の変更が有効な場合があります。
