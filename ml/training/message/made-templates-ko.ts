/**
 * Templates of messages for the training, since the data has few ordinary notices and few current frauds. `{…}` is
 * filled from the lists of `made-rows.ts`. None is a real message.
 */

export const KOREAN_NOTICES = `
[Web발신]|[{bank}] {name}님 계좌에서 {won}원이 출금되었습니다. 잔액 {won}원
[{bank}] {name}님, 자동이체 {won}원이 {date} 출금될 예정입니다. 잔액을 확인해 주세요.
[{bank}] 대출이자 {won}원 납입일은 {date}입니다. 자세한 내용은 앱에서 확인하세요.
[{bank}] 신청하신 체크카드가 발송되었습니다. 등기번호 {digits} 수령까지 3~4일 걸립니다.
[{bank}] 적금 만기 안내. {date} 만기입니다. {banklink}
[{bank}] 비밀번호 5회 오류로 모바일 이체가 제한되었습니다. 영업점이나 앱에서 해제하실 수 있습니다.
[{bank}] 고객님의 소중한 정보 보호를 위해 링크가 포함된 문자는 보내지 않습니다. 의심되는 문자는 112에 신고하세요.
[Web발신]|[{card}] {name}님 {won}원 일시불 승인 {date} {time} {shop} 누적 {won}원
[{card}] 해외승인 USD {n}.00 {date} {time} AMAZON.COM 본인 사용이 아니면 {service}
[{card}] {date} 결제금액 {won}원, 결제계좌 {bank}. 명세서는 앱에서 확인하세요.
[{card}] {won}원 승인취소 {date} {shop}
[{card}] 해외 승인 USD {n}.20 {shop} {date} {time} 분실신고 {service}
[Web발신]|[{bank}]{n}/{n} {time}|{digits}|출금|{won}|잔액{won}
[{bank}] {n}/{n} {time} {name} 입금 {won}원 잔액 {won}원
[{telecom}] 기사가 {date} {time} 방문 예정입니다. 기사 연락처 {mobile}
[{store}] {name}님 주문하신 케이크가 준비되었습니다. 문의 {mobile}
[{card}] 새 카드가 발급되어 등기우편으로 배송됩니다. 배송 전 집배원이 연락드립니다.
[{card}] 카드 유효기간이 곧 만료되어 갱신 카드를 보내드립니다. 문의 {service}
[{courier}] {name}님의 상품이 오늘 {hour}~{hour}시 사이 배송 예정입니다. 배송기사 {mobile}
[{courier}] 상품이 문 앞에 배송 완료되었습니다. 운송장 {digits}
[{courier}] 배송조회 {courierlink} 운송장번호 {digits}
[{courier}] 주소지 부재로 내일 다시 방문하겠습니다. 문의 {service}
[{courier}] 반품 상품을 {date} 회수하러 방문할 예정입니다. 상품을 포장해 문 앞에 두세요.
[{courier}] 상품이 분류되어 배송지 근처로 출발했습니다.
{name} 고객님 {courier} 기사입니다. 경비실에 맡기고 갑니다.
택배 문앞에 두고 갑니다 좋은하루되세요
[{shop}] 주문하신 상품이 발송되었습니다. 배송조회 {shoplink}
[{shop}] 주문이 접수되었습니다. 주문번호 {digits} 상세보기 {shoplink}
[{shop}] 환불이 완료되었습니다. {won}원은 3~5일 안에 카드사를 통해 취소됩니다.
[{shop}] 결제가 완료되었습니다. {won}원. 이용해 주셔서 감사합니다.
[{shop}] 교환 접수가 완료되었습니다. 수거는 {date}에 진행됩니다.
[{shop}] 배송 지연 안내. 주문하신 상품이 입고 지연으로 {date} 출고될 예정입니다. 불편을 드려 죄송합니다.
[{shop}] 배송지 변경이 완료되었습니다. 변경 내용은 마이페이지에서 확인해 주세요.
[{shop}] 보유하신 쿠폰이 {date} 만료됩니다. 앱에서 사용해 주세요.
[{shop}] 문의하신 상품이 재입고되었습니다. {shoplink}
[{shop}] 인증번호는 [{code}]입니다. 3분 안에 입력해 주세요.
[Web발신]|[{service_name}] 본인확인 인증번호는 {code} 입니다. 타인에게 절대 알려주지 마세요.
{code} 가 인증번호입니다. 요청하지 않았다면 이 문자를 무시하세요. - {service_name}
[{service_name}] 새 기기에서 로그인되었습니다. 본인이 아니라면 앱에서 비밀번호를 바꿔 주세요.
[{service_name}] 비밀번호가 변경되었습니다. 직접 바꾸지 않으셨다면 고객센터 {service}
[{service_name}] 회원님의 이메일 주소가 변경되었습니다. {servicelink}
[{service_name}] 휴면 전환 안내. 1년간 이용하지 않으셔서 {date}에 휴면으로 바뀝니다. 로그인하시면 유지됩니다.
[{service_name}] 이용약관이 {date}부터 바뀝니다. 자세히 보기 {servicelink}
[{service_name}] 결제수단의 유효기간이 지났습니다. 앱의 설정에서 확인해 주세요.
[{agency}] {name}님이 신청하신 민원이 처리 완료되었습니다. {agencylink}
[{agency}] {date}까지 신고·납부해 주세요. 문의 {service} {agencylink}
[{agency}] 환급금이 등록하신 계좌로 입금되었습니다. 문의 {service}
[{agency}] 건강검진 대상자입니다. 올해 12월까지 가까운 검진기관에서 받으시기 바랍니다.
[{agency}] 교통법규 위반 사전통지서가 우편으로 발송되었습니다. 문의 182
[{agency}] 과태료 납부기한은 {date}입니다. 고지서의 가상계좌로 내실 수 있습니다. {agencylink}
[{agency}] 예방접종 일정 안내. {date} {time} 보건소로 오시기 바랍니다.
[{agency}] 호우주의보 발효. 하천 주변 출입을 삼가 주세요.
[{agency}] 여권이 발급되었습니다. 신분증을 지참하고 찾아가세요.
[{agency}] 종합소득세 신고 기간입니다. {agencylink} 또는 손택스 앱에서 신고하세요.
[{agency}] 지원금 신청 결과: 승인. {date}에 지급됩니다.
[{agency}] {name}님 예비군 훈련은 {date} 09:00입니다. 신분증을 지참해 주세요.
[{agency}] 정부는 문자에 링크를 넣지 않습니다. 지원금 사칭 문자에 주의하세요.
[{agency}] 지원금은 주민센터에서 신청하실 수 있습니다. 문의 {landline}
[{agency}] {date}부터 소득 조사를 진행합니다. 담당자 {landline}
[{agency}] 민방위 교육 안내 {date} {time} 구민회관. 문의 {landline}
[{telecom}] {month}월 요금 {won}원이 청구되었습니다. 명세서 {telecomlink}
[{telecom}] 데이터를 80% 사용하셨습니다. 남은 데이터 2.1GB
[{telecom}] 요금제 변경 신청이 처리되었습니다. 고객센터 114
[{telecom}] 유심 무료 교체 예약이 완료되었습니다. {date} {time} 방문하신 매장에서 교체하세요.
[{hospital}] {name}님 {date} {time} 진료 예약입니다. 변경은 {landline}
[{hospital}] 검사 결과가 나왔습니다. 내원하셔서 상담받으시기 바랍니다. {landline}
[{hospital}] 처방전이 {pharmacy}으로 전송되었습니다.
[{store}] {name}님 {date} {time} 예약이 확정되었습니다. 변경·취소는 하루 전까지 {landline}
[{store}] 예약 하루 전입니다. 못 오시면 미리 알려 주세요.
[{store}] 대기 {n}번째입니다. 매장 앞에서 기다려 주세요.
[관리사무소] {date} 오전 10시부터 승강기 점검이 있습니다.
[관리사무소] {month}월 관리비 {won}원이 부과되었습니다. 납부기한 {date}
[{school}] {date} 학부모 총회가 있습니다. 참석 여부를 회신해 주세요.
[{school}] 가정통신문이 등록되었습니다. 앱에서 확인해 주세요.
어머님 {name} 학생 오늘 수업 잘 들었습니다. 숙제 확인 부탁드려요
{name}님 지원해 주셔서 감사합니다. {date} {time} 면접에 참석 가능하신지 회신 부탁드립니다.
{name}님 최종 합격을 축하드립니다. 입사 서류는 메일로 안내드렸습니다. - 인사팀
회의 자료 올려뒀습니다 {doclink} 확인 부탁드려요
팀장님 {date} 휴가 결재 부탁드립니다
저희 결혼합니다. {date} 토요일 오후 1시 {hall}. 오셔서 축하해 주세요. {name} 드림
[부고] {name}님의 부친께서 {date} 별세하셨습니다. 빈소 {hospital} 장례식장 3호실, 발인 {date}. 삼가 고인의 명복을 빕니다.
우리 아이 첫돌 잔치에 초대합니다. {date} 낮 12시 {hall}에서 뵐게요. {name} 엄마 아빠
엄마 나 오늘 늦어 저녁 먼저 먹어
엄마 나 폰 새로 샀어 번호는 그대로야 ㅋㅋ
아빠 나 액정 깨졌어 ㅠㅠ 주말에 수리하러 갈게
아들 용돈 보냈다 아껴 써라
엄마 이거 사다줘 {shoplink}
딸 병원 예약했니? 보험카드 챙겨
언니 생일선물 뭐 갖고 싶어?
계좌 불러줘 오늘 먹은 거 보내줄게
카톡으로 계좌 찍어줘 바로 송금할게
점심값 {won}원 {bank} {account} 로 보내줘
어제 밥값 내가 냈으니까 {won}원만 보내주라 ㅋㅋ
여행 경비 {won}원씩 총무 계좌로 입금해 주세요 {bank} {account}
카드값 나가서 이번 달은 거지야 ㅋㅋ
택배 왔더라 경비실에서 찾아왔어
주식 물렸어 언제 오르냐 진짜
대출 이자 또 올랐대 큰일이다
비번 까먹었어 와이파이 비번 뭐였지?
인증번호 왔는데 이거 뭐야? 나 신청한 거 없는데
이거 스미싱 아니야? 조심해
아빠 나 카드 잃어버려서 새로 신청했어
엄마 저녁에 치킨 시켜도 돼? 카드는 내 걸로 할게
누나 어제 보낸 돈 받았어?
형 내일 차 좀 빌려줄 수 있어?
할머니 댁에 전화 드렸어? 걱정하시더라
동생이 폰 떨어뜨려서 울고 있어 ㅋㅋ
과속 딱지 날아왔어 망했다
주차 딱지 끊겼어 진짜 짜증나
이벤트 당첨돼서 커피 쿠폰 받음 ㅋㅋ
복권 또 꽝이야
내 인스타 계정 잠겼어 비번 찾는 중
롤 계정 또 정지됐어 어이없네
전세 대출 알아보는 중인데 서류가 너무 많아
부업이라도 해야 하나 월급이 너무 적다
나라에서 주는 지원금 너도 받았어?
연말정산 환급금 얼마 나왔어?
청첩장 나왔어? 한 장 줘
친구 아버지 돌아가셔서 장례식장 가는 중이야
택배 반송됐대 주소를 잘못 적었나 봐
병원에서 검진 결과 전화 왔는데 괜찮대
급해서 그러는데 집에 있으면 문 좀 열어줘
지금 회의 중이야 이따 전화할게
학원비 결제했어?
앱 업데이트하니까 로그인이 안 돼
이 영상 봐봐 {videolink}
여기서 만나자 {maplink}
{name}님 중고 거래 {won}원에 가능할까요? 직거래 원해요
[{utility}] {month}월 요금 {won}원. 납기일 {date}. 문의 {service}
[{airline}] {name}님 {date} 항공편 탑승수속이 시작되었습니다. 앱에서 탑승권을 받으세요.
[{airline}] 기상 악화로 항공편이 30분 지연됩니다. 불편을 드려 죄송합니다.
[{insurance}] 보험료 {won}원이 {date} 출금됩니다. 문의 {service}
[{insurance}] 청구하신 보험금 {won}원이 지급되었습니다.
`;

export const KOREAN_FRAUDS = `
delivery|[Web발신][{courier}] 고객님 택배 주소 불일치로 반송 예정입니다. 주소 확인 {bad}
delivery|[{courier}] 배송 불가(도로명 불일치) 앱 다운로드 후 주소지 확인 {bad}
delivery|[국제발신] 고객님의 해외직구 상품이 통관 보류되었습니다. 관세 {won}원 납부 {bad}
delivery|{courier} 보관기간 만료로 오늘 중 미수령 시 폐기됩니다 {bad}
delivery|[{courier}] 운송장번호 {digits} 수취인 부재로 물품 보관중 {bad}
institution|[{agency}] 교통법규 위반 과태료 고지서가 발송되었습니다. 조회하기 {bad}
institution|[Web발신] {agency} 건강검진 결과 통지서 확인 바랍니다 {bad}
institution|[{agency}] 귀하는 범죄 사건에 연루되어 출석을 요구합니다. 사건번호 2026-{n} {bad}
institution|[{agency}] 쓰레기 무단투기 신고가 접수되어 과태료 대상입니다 내용확인 {bad}
institution|{agency}입니다. 귀하의 명의가 도용되어 대포통장이 개설되었습니다. 담당 수사관 {voip}
institution|[{agency}] 층간소음 민원이 접수되었습니다. 민원 내용 확인 {bad}
refund|[{agency}] 미환급금 {won}원이 있습니다. 오늘까지 계좌 등록 {bad}
refund|[{agency}] 소상공인 지원금 대상자로 선정되셨습니다. 기한 내 신청 {bad}
refund|민생회복 지원금 신청 마감 임박! 간편 신청하기 {bad}
refund|[{telecom}] 통신비 환급 대상입니다. 조회 후 신청 {bad}
payment|[국제발신] {name}님 {won}원 해외 결제 완료. 본인이 아니면 즉시 문의 {voip}
payment|[{card}] 신청하신 카드가 발급되어 배송 중입니다. 본인 신청이 아닐 경우 {voip}
payment|[{shop}] 결제 승인 {won}원. 주문취소 문의 {voip} 한국소비자원
payment|고객님 안마의자 {won}원 정상 결제되었습니다. 취소접수 {voip}
payment|[Web발신] {card} {won}원 승인. 본인 거래 아닐 시 이의신청 {bad}
account|[{service_name}] 회원님의 계정에 비정상 접속이 감지되어 이용이 제한되었습니다. 본인 확인 {bad}
account|[{bank}] 고객님의 계좌가 정지될 예정입니다. 24시간 내 본인인증 {bad}
account|[{bank}] 보안인증서가 만료되었습니다. 갱신하지 않으면 이체가 중지됩니다 {bad}
account|[{telecom}] 유심 정보가 유출되었습니다. 유심 보호 서비스 앱 설치 {bad}
account|[{service_name}] 결제 정보 오류로 멤버십이 정지되었습니다. 카드 정보를 다시 등록하세요 {bad}
account|[{bank}] 해외 IP에서 로그인되었습니다. 본인이 아닐 경우 즉시 차단 {bad}
family|엄마 나야 폰 액정이 깨져서 수리 맡기고 컴퓨터로 문자하는 거야 이 번호로 답장 줘
family|아빠 나 폰이 물에 빠져서 고장났어 지금 인증이 안 돼서 그러는데 신분증 사진 좀 찍어서 보내줘
family|엄마 바빠? 나 급하게 {won}원 결제할 게 있는데 카드 앞뒤로 찍어서 보내줄 수 있어?
family|딸인데 휴대폰 보험 신청해야 해서 엄마 폰에 앱 하나만 깔아줘 {bad}
family|이모 나 지금 폰 고장이라 통화가 안 돼 편의점에서 기프트카드 {won}원어치 사서 번호 찍어 보내줘
family|삼촌 저 급해서 그런데 {won}원만 먼저 보내주시면 내일 바로 갚을게요
invitation|♡저희 결혼합니다♡ 모바일 청첩장 보기 {bad}
invitation|[부고] 저희 아버님께서 오늘 새벽 별세하셨습니다. 장례식장 안내 {bad}
invitation|첫 돌잔치에 초대합니다. 초대장 열기 {bad}
invitation|모바일 부고장이 도착했습니다 확인 {bad}
job|하루 2시간 재택 부업 일당 {won}원 당일 지급 초보 가능 텔레그램 문의 {handle}
job|쿠팡 리뷰 작성 알바 모집 건당 {won}원 카톡 추가 {handle}
investment|VIP 리딩방 무료 초대 3일 수익률 180% 인증 {bad}
investment|미출금 코인 {n}.2 BTC 보관 중입니다. 오늘까지 출금하세요 {bad}
investment|원금 보장 월 15% 확정 수익 투자 설명회 {bad}
loan|[{bank}] 정부지원 저금리 대출 승인 대상입니다. 기존 대출 상환 후 한도 상향 상담 {voip}
loan|저신용자도 당일 대출 가능 서류 간소화 앱 설치 후 신청 {bad}
prize|축하합니다! {shop} 이벤트에 당첨되셨습니다. 경품 수령 정보 입력 {bad}
prize|{shop} 상품권 50만원 당첨! 오늘까지 수령 {bad}
tech_support|고객님 휴대폰에서 악성코드가 발견되었습니다. 보안 앱을 설치하세요 {bad}
tech_support|휴대폰 해킹이 감지되었습니다. 원격 지원 앱 설치 후 상담원 연결 {voip}
marketplace|안전결제 링크 보내드립니다. 여기서 결제하시면 바로 발송할게요 {bad}
code|방금 인증번호 잘못 보냈는데 6자리 숫자 좀 알려주실 수 있나요?
extortion|녹화한 영상을 연락처에 있는 지인들에게 유포하겠습니다. 오늘까지 입금하세요
`;

export const KOREAN_ADVERTS = `
(광고)[{shop}] 주말 특가 최대 50% 할인 {shoplink} 무료수신거부 {free}
(광고)[{store}] 신규 회원 등록 시 1개월 무료! 예약 {landline} 무료거부 {free}
(광고) {shop} 쿠폰이 도착했어요. 오늘만 무료배송 {shoplink} 수신거부 {free}
(광고)[{card}] 해외 이용 5% 캐시백 이벤트 무료수신거부 {free}
(광고) 이번 주 신메뉴 출시 기념 1+1 행사 {store} 수신거부 {free}
(광고)[{insurance}] 자동차보험 갱신 할인 상담 {service} 무료수신거부 {free}
`;
