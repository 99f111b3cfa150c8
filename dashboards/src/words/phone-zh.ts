import type { Words } from './en.ts';

const blocked =
  '本机已禁止此网站发送通知。请在浏览器设置（地址栏旁的图标 → 通知）和手机系统设置中允许，然后重新打开本页。';

export const phoneZh: Pick<Words, 'phone'> = {
  phone: {
    title: '本机接收呼叫',
    lead: '开启后，对您的呼叫也会出现在这部手机上，关闭 Keepsite 时同样有效。网关和手机都需要连接互联网；它与您的其他接收方式并用，不会取代它们。',
    hint: '对您的呼叫还不会出现在这部手机上。',
    later: '以后再说',
    add: '本机接收呼叫',
    adding: '正在等待浏览器…',
    here: '本机',
    none: '还没有接收呼叫的手机。',
    nobody: '您的账号没有对应名册中的人员，因此不会有呼叫发到这部手机。管理员可以在“账号”页中设置。',
    test: '测试',
    testOf: (name) => `向 ${name} 发送测试`,
    remove: '移除',
    removeOf: (name) => `${name} 不再接收呼叫`,
    never: '还没有向它发送过。',
    accepted: (ago) => `推送服务最近一次收下呼叫：${ago}`,
    said: (reason) => `最近的答复：${reason}`,
    state: {
      stale: '密钥已更换：请在那部手机上打开一次 Keepsite。',
      gone: '推送服务已终止此订阅，呼叫送不到。请在那部手机上重新点击按钮。',
    },
    tested: {
      accepted: '推送服务已收下测试消息。如果手机没有响，请在系统设置中允许通知和声音。',
      retry: '推送服务这次没有收下。真正的呼叫会重试，并改走您的其他方式。',
      failed: '没有成功；呼叫送不到这部手机。',
    },
    barrier: {
      insecure:
        '当前地址是普通 http，浏览器不会通过它发送通知。请索取网关的 https 地址（配置方法见 docs/offline.md），并用该地址打开。',
      homeScreen:
        '在 iPhone 或 iPad 上，只有从主屏幕打开才能接收（需要 iOS 16.4 或更高版本）：在 Safari 中点“分享”，选择“添加到主屏幕”，从主屏幕打开 Keepsite，再回到本页。',
      unsupported:
        '此浏览器无法接收通知。请直接用 Chrome、Edge、Firefox 或 Safari 打开，不要在聊天软件内或无痕窗口中打开。',
      certificate:
        '本机不信任网关的证书，浏览器因此不会保存 Keepsite，也无法接收通知。请先在本机安装证书（见 docs/offline.md）。',
      blocked,
    },
    failure: {
      dismissed: '询问窗口已关闭，没有作出选择。请再点一次，并选择“允许”。',
      blocked,
      worker: '浏览器尚未完成 Keepsite 的安装。请刷新页面后再点一次。',
      service:
        '浏览器的推送服务没有响应。在无法访问 Google 的网络中 Chrome 没有推送服务：请改用 Edge、Firefox 或 Safari，并保留您的其他接收方式。',
    },
  },
};
